/** How work is given in every queue and in single ones, and the times of it. */

import { useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { RadioCards, Select } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { Duration } from "../kit/Duration";
import { useTeams } from "../kit/people";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import type { Item } from "../parts/useItem";
import { MODES, SECONDS, type Mode, type Rules } from "./draft";

const AS_EVERYWHERE = "default";

export function Giving({ item }: { item: Item<Rules> }) {
  const [say, teams] = [useSay(), useTeams()];
  const { draft, change, refusal } = item;
  const queues = [...(teams.data ?? []), { id: "fallback", name: say("routing.fallback") }];
  const put = (id: string, mode: Mode | typeof AS_EVERYWHERE) => {
    const { [id]: _, ...others } = draft.modes;
    change({ modes: mode === AS_EVERYWHERE ? others : { ...others, [id]: mode } });
  };
  const zeroIsNever = (name: string): boolean => name === "reply_seconds" || name === "hibernate_seconds";
  return (
    <>
      <RadioCards label={say("routing.mode")} value={draft.mode} onChange={(mode) => change({ mode })} choices={MODES.map((id) => ({ id, label: say(`teams.mode.${id}`) }))} />
      <Group legend={say("routing.modes")}>
        <Fields>
          {queues.map(({ id, name }) => (
            <Select
              key={id}
              label={name}
              value={draft.modes[id] ?? AS_EVERYWHERE}
              onChange={(mode) => put(id, mode)}
              choices={[
                { id: AS_EVERYWHERE, label: say("teams.mode.default", { mode: say(`teams.mode.${draft.mode}`) }) },
                ...MODES.map((mode) => ({ id: mode, label: say(`teams.mode.${mode}`) })),
              ]}
            />
          ))}
        </Fields>
      </Group>
      <Fields>
        {SECONDS.map((name) => (
          <Duration
            key={name}
            label={say(`routing.${name}`)}
            value={draft[name]}
            onChange={(seconds) => change({ [name]: seconds ?? 0 })}
            hint={zeroIsNever(name) ? say("routing.zero_never") : undefined}
            error={errorOf(refusal, name)}
          />
        ))}
        <NumberField
          label={say("routing.missed_offers")}
          hint={say("routing.missed_offers_hint")}
          value={draft.missed_offers}
          onChange={(missed) => change({ missed_offers: missed ?? 0 })}
          min={0}
          max={100}
          error={errorOf(refusal, "missed_offers")}
        />
      </Fields>
    </>
  );
}
