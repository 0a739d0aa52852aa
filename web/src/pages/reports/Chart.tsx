/** A picture of numbers over time; the table below it says the same. Loaded when it is first needed. */

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Schemas } from "../../api/client";
import { useFormats, useSay } from "../../app/desk";
import { useMatches } from "../../app/width";
import { series } from "./series";
import styles from "./Reports.module.css";

type Row = Schemas["ReportRowView"];

interface Props {
  report: Schemas["ReportView"];
  metric: string;
  nameOf: (row: Row) => string;
  written: (value: number | null) => string;
}

const HEIGHT = 260;
/** Told apart by dashes too. */
const DASHES = [[], [8, 4], [2, 3], [12, 4, 2, 4], [4, 4], [1, 6]];

export default function Chart({ report, metric, nameOf, written }: Props) {
  const say = useSay();
  const { locale } = useFormats();
  // What is drawn has the colours of the moment: a theme that is chosen brings another `say`, the system's does not.
  const dark = useMatches("(prefers-color-scheme: dark)");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = box.current;
    if (place === null) return undefined;
    const token = (name: string) => getComputedStyle(place).getPropertyValue(name).trim();
    const colour = (name: string): string => {
      const probe = document.createElement("span");
      probe.style.color = `var(${name})`;
      place.append(probe);
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found || token(name);
    };
    // A local day is kept as if it were one of UTC: it is the same day wherever it is read.
    const timeZone = report.step === "hour" ? report.zone : "UTC";
    const when = new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric", timeZone, ...(report.step === "hour" ? { hour: "numeric" } : {}) });
    const { times, lines } = series(report.rows, metric, nameOf);
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--hairline"), width: 1 }, ticks: { stroke: colour("--hairline") } };
    const chart = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), report.step === "hour" ? report.zone : "Etc/UTC"),
        axes: [{ ...axis, values: (_, values) => values.map((at) => when.format(at * 1000)) }, { ...axis, size: 70, values: (_, values) => values.map((value) => written(value)) }],
        series: [
          { label: say("reports.when"), value: (_: uPlot, at: number | null) => (at === null ? "–" : when.format(at * 1000)) },
          ...lines.map((line, place) => ({
            label: line.name,
            stroke: colour(`--series-${place + 1}`),
            dash: DASHES[place] ?? [],
            width: 2,
            points: { show: times.length < 40 },
            value: (_: uPlot, value: number | null) => written(value ?? null),
          })),
        ],
      },
      [times, ...lines.map((line) => line.values)],
      place,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [report, metric, nameOf, written, locale, say, dark]);
  return (
    <figure className={styles["chart"]}>
      <div ref={box} role="img" aria-label={say("reports.chart")} />
    </figure>
  );
}
