/** One calendar: its week, its exceptions, what a day of it comes to. */

import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { Panel } from "../../../ui/Page";
import { KEYS } from "../kit/people";
import { ZonePicker } from "../kit/ZonePicker";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { errorOf } from "../parts/faults";
import { Fields, ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { DayPreview } from "./DayPreview";
import { Exceptions } from "./Exceptions";
import { Week } from "./Week";
import { bodyOf, draftOf, isSound, type Calendar } from "./week";

interface Props {
  calendar: Calendar;
  base: string;
  read: () => Promise<Calendar>;
}

export function HoursEditor({ calendar, base, read }: Props) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const path = { params: { path: { hours_id: calendar.id } } };
  const item = useItem({
    key: `${base}/${calendar.id}`,
    stored: draftOf(calendar),
    version: calendar.version,
    save: (draft, version) => told(api.PUT("/hours/{hours_id}", { ...path, body: { ...bodyOf(draft), version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await read();
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: KEYS.hours }),
  });
  const { draft, change, refusal } = item;
  const missing = draft.name.trim() === "" ? say("hours.name_first") : isSound(draft) ? undefined : say("hours.not_sound");
  return (
    <ItemForm
      item={item}
      missing={missing}
      nameOf={(field) => ({ name: say("hours.name"), zone: say("hours.zone"), week: say("hours.week"), exceptions: say("hours.exceptions") })[field]}
      aside={
        <ConfirmDelete
          name={calendar.name}
          remove={() => told(api.DELETE("/hours/{hours_id}", path))}
          onRemoved={() => {
            go(base);
            void cache.invalidateQueries({ queryKey: KEYS.hours, exact: true });
          }}
        >
          {say("hours.delete_more")}
        </ConfirmDelete>
      }
    >
      <Fields>
        <TextField label={say("hours.name")} value={draft.name} onChange={(name) => change({ name })} maxLength={100} error={errorOf(refusal, "name")} />
        <ZonePicker label={say("hours.zone")} value={draft.zone} onChange={(zone) => change({ zone })} error={errorOf(refusal, "zone")} />
      </Fields>
      <Panel title={say("hours.week")}>
        <Week draft={draft} change={(week) => change({ week })} refusal={refusal} />
      </Panel>
      <Panel title={say("hours.exceptions")}>
        <Exceptions calendar={calendar} draft={draft} change={(exceptions) => change({ exceptions })} refusal={refusal} />
      </Panel>
      <Panel title={say("hours.preview")}>
        <DayPreview calendar={calendar} draft={draft} />
      </Panel>
    </ItemForm>
  );
}
