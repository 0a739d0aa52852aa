/** By which ways each kind of notice is told to who is not looking. */

import { Checkbox as AriaCheckbox } from "react-aria-components";
import type { Schemas } from "../../api/client";
import { useSay } from "../../app/desk";
import type { Kind } from "../../app/notices/classes";
import { Icon } from "../../ui/Icon";
import inputs from "../../ui/inputs.module.css";
import styles from "./Me.module.css";

type WaysOf = NonNullable<Schemas["PreferencesModel"]["ways"]>;
const WAYS = ["push", "slack", "email"] as const;
const KINDS: readonly Kind[] = [
  "offered", "assigned", "message", "returned", "mention", "side_thread", "task_due", "sla_warned", "sla_breached", "window_closing",
  "announcement", "floor_warning", "floor_calm", "report", "webhook",
];

export function Ways({ ways, onChange }: { ways: WaysOf; onChange: (ways: WaysOf) => void }) {
  const say = useSay();
  const kinds = KINDS.filter((kind) => ways[kind] !== undefined);
  const turn = (kind: Kind, way: (typeof WAYS)[number], on: boolean) => onChange({ ...ways, [kind]: WAYS.filter((each) => (each === way ? on : (ways[kind] ?? []).includes(each))) });
  return (
    <table className={styles["ways"]}>
      <thead>
        <tr>
          <th scope="col">{say("notices.ways.kind")}</th>
          {WAYS.map((way) => (
            <th key={way} scope="col">
              {say(`notices.way.${way}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => (
          <tr key={kind}>
            <th scope="row">{say(`notices.kind.${kind}`)}</th>
            {WAYS.map((way) => (
              <td key={way}>
                <AriaCheckbox
                  className={inputs["check"] ?? ""}
                  aria-label={say("notices.ways.label", { kind: say(`notices.kind.${kind}`), way: say(`notices.way.${way}`) })}
                  isSelected={(ways[kind] ?? []).includes(way)}
                  onChange={(on) => turn(kind, way, on)}
                >
                  <span className={inputs["box"]}>
                    <Icon name="check" size={16} />
                  </span>
                </AriaCheckbox>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
