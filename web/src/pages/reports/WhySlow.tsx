/** Why answers are slow: the wait by who held it, and what the figures point to. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { Say, TextId } from "../../i18n/texts";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Icon } from "../../ui/Icon";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { groupName } from "./Figure";
import type { Question } from "./question";
import styles from "./Reports.module.css";

type Why = Schemas["WhyView"];
type Finding = Schemas["FindingView"];
const BY = ["channel", "team", "label"] as const;

export function WhySlow({ question }: { question: Question }) {
  const [say, api] = [useSay(), useApi()];
  const { period, compare } = question;
  const by = BY.find((each) => each === question.by);
  const why = useQuery({
    queryKey: ["reports", "why", period, compare, by],
    queryFn: () => told(api.GET("/reports/why-slow", { params: { query: { period, compare, ...(by ? { by } : {}) } } })),
  });
  return (
    <AsyncBoundary
      query={why}
      isEmpty={(found) => found.as_of === null || found.total.n === 0}
      empty={<Empty icon="clock" title={say("reports.nothing_yet")} />}
    >
      {(found) => (
        <>
          <Panel
            title={say("reports.why.title")}
            aside={found.as_of && <AsOf at={found.as_of} stale={found.settling} zone={found.zone} />}
          >
            <Explained why={found.total} name={say("reports.total")} />
          </Panel>
          {found.groups.filter((group) => group.n > 0).map((group) => (
            <Panel key={group.value} title={groupName(found.by, group.value, group.name, say)}>
              <Explained why={group} name={groupName(found.by, group.value, group.name, say)} />
            </Panel>
          ))}
        </>
      )}
    </AsyncBoundary>
  );
}

function Explained({ why, name }: { why: Why; name: string }) {
  const [say, formats] = [useSay(), useFormats()];
  const shown = why.parts.filter((part) => part.mean_ms > 0 || (part.before_ms ?? 0) > 0);
  const mean = why.mean_ms ?? 0;
  const columns: Column<(typeof shown)[number]>[] = [
    { id: "part", title: say("reports.why.part"), cell: (part) => <Part kind={part.kind} name={say(`metric.${part.kind}` as TextId)} /> },
    { id: "mean", title: say("reports.why.mean"), number: true, cell: (part) => formats.duration(part.mean_ms, "narrow") },
    { id: "share", title: say("reports.why.share"), number: true, cell: (part) => formats.percent(mean ? part.mean_ms / mean : 0, 0) },
    {
      id: "before",
      title: say("reports.before"),
      number: true,
      cell: (part) => (part.before_ms === null ? "–" : formats.duration(part.before_ms, "narrow")),
    },
  ];
  return (
    <>
      <p className={styles["definition"]}>
        {say("reports.why.wait", { time: formats.duration(mean), n: why.n })}
        {why.before_ms !== null && ` ${say("reports.why.wait_before", { time: formats.duration(why.before_ms), n: why.n_before })}`}
      </p>
      <div className={styles["stack"]} aria-hidden="true">
        {shown.map((part) => (
          <span key={part.kind} data-part={part.kind} style={{ flexGrow: part.mean_ms }} />
        ))}
      </div>
      <ul className={styles["findings"]}>
        {why.findings.map((finding) => (
          <li key={finding.cause}>
            <Icon name={finding.cause === "no_slower" ? "done" : "info"} size={16} />
            <span>{said(finding, say, formats.percent.bind(formats))}</span>
          </li>
        ))}
      </ul>
      <DataTable caption={`${say("reports.why.title")}: ${name}`} columns={columns} rows={shown} keyOf={(part) => part.kind} />
    </>
  );
}

/** With its colour in the bar above. */
function Part({ kind, name }: { kind: string; name: string }) {
  return (
    <span className={styles["part"]}>
      <span className={styles["swatch"]} data-part={kind} aria-hidden="true" />
      {name}
    </span>
  );
}

/** A finding in the page's language, from its cause and figures. */
function said(finding: Finding, say: Say, percent: (share: number, digits?: number) => string): string {
  const { cause, facts } = finding;
  const first = say(`reports.cause.${cause}` as TextId);
  if (cause === "not_enough" || cause === "no_slower") return first;
  const parts = [first, say(facts["before_ms"] === undefined ? "reports.why.of_wait" : "reports.why.of_growth", { share: percent(finding.share, 0) })];
  for (const name of ["arrivals", "messages_a_case", "handovers_a_case", "handling"] as const) {
    const change = facts[`${name}_change`];
    if (change !== undefined && Math.abs(change) >= 0.05) parts.push(say(`reports.fact.${name}`, { change: `${change > 0 ? "+" : "−"}${percent(Math.abs(change), 0)}` }));
  }
  return parts.join(" ");
}
