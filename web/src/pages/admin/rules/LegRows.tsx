/** Rows of what it takes, and of what channels cost. */

import { channelName, CHANNELS } from "../../../app/channels";
import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { Select } from "../../../ui/fields";
import type { TextId } from "../../../i18n/texts";
import { ANY, COSTS, NEEDS, PURPOSES, type NeedRow } from "./needs";
import styles from "../kit/kit.module.css";

interface NeedsProps {
  rows: readonly NeedRow[];
  change: (rows: NeedRow[]) => void;
  error: string | undefined;
}

export function NeedRows({ rows, change, error }: NeedsProps) {
  const say = useSay();
  const put = (place: number, part: Partial<NeedRow>) => change(rows.map((row, each) => (each === place ? { ...row, ...part } : row)));
  return (
    <>
      <p className={styles["muted"]}>{say("legs.needs_hint")}</p>
      {rows.map((row, place) => (
        <div key={place} className={styles["comparison"]} role="group" aria-label={`${say("legs.needs")} ${place + 1}`}>
          <Select label={say("legs.purpose")} value={row.purpose} onChange={(purpose) => put(place, { purpose })} choices={PURPOSES.map((id) => ({ id: id as string, label: say(`legs.purpose.${id}`) }))} />
          <Select
            label={say("legs.channel")}
            value={row.channel}
            onChange={(channel) => put(place, { channel })}
            choices={[{ id: ANY, label: say("legs.any") }, ...CHANNELS.map((id) => ({ id, label: channelName(id, say) }))]}
          />
          <Select label={say("legs.need")} value={row.need} onChange={(need) => put(place, { need })} choices={NEEDS.map((id) => ({ id: id as string, label: say(`legs.need.${id}`) }))} />
          <IconButton icon="close" label={say("rules.remove_row", { name: `${place + 1}` })} onPress={() => change(rows.filter((_, each) => each !== place))} />
        </div>
      ))}
      {error !== undefined && <p className={styles["error"]}>{error}</p>}
      <div>
        <Button icon="plus" onPress={() => change([...rows, { purpose: "service", channel: ANY, need: "consent" }])} aria-label={`${say("rules.add_row")}: ${say("legs.needs")}`}>
          {say("rules.add_row")}
        </Button>
      </div>
    </>
  );
}

interface CostsProps {
  costs: Readonly<Record<string, string>>;
  change: (costs: Record<string, string>) => void;
  error: string | undefined;
}

export function CostRows({ costs, change, error }: CostsProps) {
  const say = useSay();
  const left = CHANNELS.filter((id) => !(id in costs));
  return (
    <>
      {Object.entries(costs).map(([channel, cost]) => (
        <div key={channel} className={styles["row"]}>
          <div className={styles["grow"]}>
            <Select label={`${channelName(channel, say)}: ${say("legs.cost")}`} value={cost} onChange={(next) => change({ ...costs, [channel]: next })} choices={COSTS.map((id) => ({ id: id as string, label: say(`legs.cost.${id}` as TextId) }))} />
          </div>
          <IconButton icon="close" label={say("rules.remove_row", { name: channelName(channel, say) })} onPress={() => change(Object.fromEntries(Object.entries(costs).filter(([id]) => id !== channel)))} />
        </div>
      ))}
      {error !== undefined && <p className={styles["error"]}>{error}</p>}
      {left.length > 0 && (
        <div className={styles["row"]}>
          <Select
            label={say("legs.add_cost")}
            value=""
            onChange={(channel) => channel !== "" && change({ ...costs, [channel]: "charged" })}
            choices={[{ id: "", label: "…" }, ...left.map((id) => ({ id, label: channelName(id, say) }))]}
          />
        </div>
      )}
    </>
  );
}
