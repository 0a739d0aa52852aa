/** What is announced: words, weight, for whom, from when to when. */

import { useSay } from "../../../app/desk";
import { RadioCards, TextField } from "../../../ui/fields";
import { Checkbox, CheckboxGroup, TextArea } from "../../../ui/inputs";
import { useTeams } from "../kit/people";
import { errorOf } from "../parts/faults";
import { Fields, Whole } from "../parts/ItemForm";
import type { Item } from "../parts/useItem";
import type { Draft } from "./announcement";
import styles from "./Announcements.module.css";

interface Props {
  item: Item<Draft>;
  /** It has begun: when it began stays. */
  hasBegun?: boolean;
}

const LEVELS = ["info", "important", "critical"] as const;

export function AnnouncementFields({ item, hasBegun = false }: Props) {
  const [say, teams] = [useSay(), useTeams()];
  const { draft, change, refusal } = item;
  return (
    <Fields>
      <Whole>
        <TextField label={say("announce.title")} value={draft.title} onChange={(title) => change({ title })} maxLength={120} error={errorOf(refusal, "title")} />
        <TextArea label={say("announce.body")} value={draft.body} onChange={(body) => change({ body })} rows={6} maxLength={5000} error={errorOf(refusal, "body")} />
        <RadioCards label={say("announce.level")} value={draft.level} onChange={(level) => change({ level })} choices={LEVELS.map((id) => ({ id, label: say(`announce.level.${id}`) }))} />
        {teams.data && teams.data.length > 0 && (
          <CheckboxGroup
            label={say("announce.teams")}
            hint={say("announce.teams_hint")}
            choices={teams.data.map(({ id, name }) => ({ id, label: name }))}
            value={draft.team_ids}
            onChange={(team_ids) => change({ team_ids: [...team_ids].sort() })}
            error={errorOf(refusal, "team_ids")}
          />
        )}
        <Checkbox label={say("announce.ack")} hint={say("announce.ack_hint")} isSelected={draft.requires_ack} onChange={(requires_ack) => change({ requires_ack })} />
      </Whole>
      <TextField
        label={say("announce.starts")}
        type="datetime-local"
        hint={hasBegun ? undefined : say("announce.starts_hint")}
        isReadOnly={hasBegun}
        value={draft.starts}
        onChange={(starts) => change({ starts })}
        error={errorOf(refusal, "starts_at")}
      />
      <TextField
        label={say("announce.ends")}
        type="datetime-local"
        hint={item.isNew ? say("announce.ends_hint") : undefined}
        value={draft.ends}
        onChange={(ends) => change({ ends })}
        error={errorOf(refusal, "ends_at")}
      />
      {!item.isNew && <p className={styles["note"]}>{say("announce.not_again")}</p>}
    </Fields>
  );
}
