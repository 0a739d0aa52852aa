/** One number, as its shape says, with how sure it is. */

import { channelName } from "../../app/channels";
import { useFormats, useSay } from "../../app/desk";
import type { Say } from "../../i18n/texts";
import type { Schemas } from "../../api/client";
import { Icon } from "../../ui/Icon";
import { change, verdict } from "./question";
import styles from "./Reports.module.css";

export type FigureView = Schemas["FigureView"];
export type Definition = Schemas["MetricView"];

/** What a group is called; "-": those without one. */
export function groupName(dimension: string | null, value: string | null, name: string | null, say: Say): string {
  if (value === "-") return say("reports.none");
  return dimension === "channel" && value !== null ? channelName(value, say) : (name ?? value ?? "");
}

/** How a value of this shape is written. */
export function useWritten(shape: string): (value: number | null) => string {
  const formats = useFormats();
  return (value) => {
    if (value === null) return "–";
    if (shape === "duration") return formats.duration(value, "narrow");
    if (shape === "rate") return formats.percent(value);
    return shape === "amount" ? formats.money(value) : formats.number(value, { maximumFractionDigits: 1 });
  };
}

/** The interval in which the true value lies in 95 of 100 cases; nothing where none can be told. */
export function Interval({ figure, shape }: { figure: Pick<FigureView, "low" | "high">; shape: string }) {
  const [say, written] = [useSay(), useWritten(shape)];
  if (figure.low === null || figure.high === null) return null;
  return (
    <span className={styles["interval"]} title={say("reports.interval")}>
      {say("reports.between", { low: written(figure.low), high: written(figure.high) })}
    </span>
  );
}

export function Change({ now, before, better }: { now: FigureView; before: FigureView | undefined; better: string }) {
  const [say, formats] = [useSay(), useFormats()];
  const by = change(now.value, before?.value);
  if (by === null) return <span>–</span>;
  const text = formats.number(by, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const found = verdict(by, better);
  return (
    <span className={styles["change"]} data-verdict={found}>
      {Math.abs(by) >= 0.005 && <Icon name={by > 0 ? "up" : "fall"} size={16} />}
      {text}
      {found !== "neither" && <span className="visually-hidden"> {say(`reports.verdict.${found}`)}</span>}
    </span>
  );
}
