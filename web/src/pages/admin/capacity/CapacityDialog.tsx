/** The capacity of one person, or the same for all of a team. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Group } from "../../../ui/Group";
import { Select } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { useTell } from "../../../ui/Toasts";
import { useHours, usePutPresence, type Presence } from "../kit/people";
import { errorOf, faultText } from "../parts/faults";
import { Fields, Whole } from "../parts/ItemForm";
import { Refusal } from "../parts/SaveBar";
import { ALWAYS, bodyOf, CLASSES, loadOf, USUAL_LOAD, type Load } from "./capacity";
import styles from "./Capacity.module.css";

interface Props {
  people: readonly Presence[];
  title: string;
  onClose: () => void;
}

interface Outcome {
  saved: Presence[];
  refused: { name: string; fault: unknown }[];
}

export function CapacityDialog({ people, title, onClose }: Props) {
  const [say, formats, hours] = [useSay(), useFormats(), useHours()];
  const only = people.length === 1 ? people[0] : undefined;
  const [load, setLoad] = useState<Load>(only ? loadOf(only) : USUAL_LOAD);
  const set = (part: Partial<Load>) => setLoad((known) => ({ ...known, ...part }));
  const save = useSave(people, load, onClose);
  const fault = save.data?.refused[0]?.fault;
  const names = new Intl.ListFormat(formats.locale).format((save.data?.refused ?? []).map((each) => each.name));
  return (
    <Dialog title={title} isOpen wide onClose={onClose}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {!only && <p className={styles["note"]}>{say("capacity.for_team_more")}</p>}
        <Fields>
          <NumberField label={say("capacity.units")} hint={say("capacity.units_hint")} value={load.units} onChange={(units) => set({ units })} min={0} max={1000} error={errorOf(fault, "units")} />
          <NumberField label={say("capacity.reserve")} value={load.reserve} onChange={(reserve) => set({ reserve })} min={0} max={1000} error={errorOf(fault, "reserve")} />
          <Select
            label={say("capacity.shift")}
            value={load.hours_id}
            onChange={(hours_id) => set({ hours_id })}
            choices={[{ id: ALWAYS, label: say("capacity.no_shift") }, ...(hours.data ?? []).map(({ id, name }) => ({ id, label: name }))]}
          />
          <Whole>
            <Group legend={say("capacity.weights")} columns>
              {CLASSES.map((name) => (
                <NumberField
                  key={name}
                  label={say(`capacity.weight.${name}`)}
                  value={load.weights[name]}
                  onChange={(weight) => set({ weights: { ...load.weights, [name]: weight } })}
                  min={1}
                  max={1000}
                  error={errorOf(fault, `weights.${name}`)}
                />
              ))}
            </Group>
          </Whole>
        </Fields>
        {fault !== undefined && (only ? <Refusal fault={fault} /> : <p role="alert" className={styles["bad"]}>{say("capacity.not_for", { names, reason: faultText(fault, say) })}</p>)}
        <div className={styles["actions"]}>
          <Button onPress={onClose}>{say("admin.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={save.isPending}>
            {say("admin.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One after the other, each on what it is by now; whoever was refused is named. */
function useSave(people: readonly Presence[], load: Load, onClose: () => void) {
  const [say, api, put, tell] = [useSay(), useApi(), usePutPresence(), useTell()];
  const one = async (person: Presence, version: string): Promise<Schemas["PresenceView"]> =>
    told(api.PUT("/agents/{agent_id}/capacity", { params: { path: { agent_id: person.agent_id } }, body: { ...bodyOf(load), version } }));
  const [first] = people;
  return useMutation({
    mutationFn: async (): Promise<Outcome> => {
      const outcome: Outcome = { saved: [], refused: [] };
      for (const person of people) {
        try {
          // Of a single person what was read counts: another's change is told, not overwritten.
          const now = people.length === 1 ? person : await told(api.GET("/agents/{agent_id}/presence", { params: { path: { agent_id: person.agent_id } } }));
          outcome.saved.push(await one(person, now.version));
        } catch (fault) {
          outcome.refused.push({ name: person.name, fault });
        }
      }
      return outcome;
    },
    onSuccess: ({ saved, refused }) => {
      saved.forEach(put);
      if (refused.length > 0) return;
      tell({ text: people.length === 1 ? say("capacity.saved", { name: first?.name ?? "" }) : say("capacity.saved_n", { n: saved.length }), tone: "ok" });
      onClose();
    },
  });
}
