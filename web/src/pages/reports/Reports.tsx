/** Reports: any metric, by any dimension, for a period; why answers are slow; by hour and weekday; comparisons; cases by
 * when they came; where topics end; targets; costs. */

import { useQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { told } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { Select } from "../../ui/fields";
import { Page } from "../../ui/Page";
import { AsyncBoundary } from "../../ui/states";
import { Views } from "../../ui/Views";
import { Cohorts } from "./Cohorts";
import { Comparison } from "./Comparison";
import { Costs } from "./Costs";
import type { Definition } from "./Figure";
import { HeatMap } from "./HeatMap";
import { Journeys } from "./Journeys";
import { Numbers } from "./Numbers";
import { DIMENSIONS, PERIODS, questionFrom, searchOf, STEPS, VIEWS, type Dimension, type Question, type View } from "./question";
import styles from "./Reports.module.css";
import { Targets } from "./Targets";
import { WhySlow } from "./WhySlow";

export type Ask = (changes: Partial<Question>) => void;

export default function Reports() {
  const [say, api] = [useSay(), useApi()];
  const [, go] = useLocation();
  const question = questionFrom(useSearch());
  const ask: Ask = (changes) => go(`/reports?${searchOf({ ...question, ...changes })}`, { replace: true });
  const metrics = useQuery({
    queryKey: ["reports", "metrics"],
    queryFn: () => told(api.GET("/reports/metrics")),
    staleTime: Infinity,
  });
  return (
    <Page title={say("reports.title")} wide>
      <AsyncBoundary query={metrics}>
        {(known) => {
          const definition = known.items.find((item) => item.name === question.metric);
          return (
            <Views
              label={say("reports.views")}
              views={VIEWS.map((id) => ({ id, title: say(`reports.view.${id}`), show: () => <Shown view={id} question={question} definition={definition} /> }))}
              chosen={question.view}
              choose={(view) => ask({ view: view as Question["view"] })}
            >
              <Asked question={question} ask={ask} metrics={known.items.map((item) => item.name)} />
            </Views>
          );
        }}
      </AsyncBoundary>
    </Page>
  );
}

function Shown({ view, question, definition }: { view: View; question: Question; definition: Definition | undefined }) {
  if (view === "why") return <WhySlow question={question} />;
  if (view === "heat") return <HeatMap question={question} definition={definition} />;
  if (view === "compare") return <Comparison question={question} />;
  if (view === "cohorts") return <Cohorts question={question} />;
  if (view === "journeys") return <Journeys question={question} />;
  if (view === "targets") return <Targets question={question} definition={definition} />;
  if (view === "costs") return <Costs question={question} />;
  return <Numbers question={question} definition={definition} />;
}

type Heeded = "metric" | "period" | "by" | "step" | "hours" | "compare";

const HEEDED: Record<View, readonly Heeded[]> = {
  numbers: ["metric", "period", "by", "step", "hours", "compare"],
  why: ["period", "by", "compare"],
  heat: ["metric", "period", "hours"],
  compare: ["metric", "period", "by"],
  cohorts: ["metric", "period", "step"],
  journeys: ["period"],
  targets: ["metric", "by", "hours"],
  costs: ["period", "by", "compare"],
};

/** What is asked: only the fields that the view heeds. */
function Asked({ question, ask, metrics }: { question: Question; ask: Ask; metrics: readonly string[] }) {
  const say = useSay();
  const heeded = HEEDED[question.view];
  const dimensions: readonly Dimension[] = question.view === "why" ? ["channel", "team", "label"] : DIMENSIONS;
  return (
    <form className={styles["asked"]} aria-label={say("reports.asked")} onSubmit={(event) => event.preventDefault()}>
      {heeded.includes("metric") && (
        <Select
          label={say("reports.metric")}
          value={question.metric}
          onChange={(metric) => ask({ metric })}
          choices={metrics.map((id) => ({ id, label: say(`metric.${id}` as TextId) }))}
        />
      )}
      {heeded.includes("period") && (
        <Select
          label={say("reports.period")}
          value={question.period}
          onChange={(period) => ask({ period })}
          choices={PERIODS.map((id) => ({ id, label: say(`reports.period.${id}`) }))}
        />
      )}
      {heeded.includes("by") && (
        <Select
          label={say("reports.by")}
          value={question.by === "" ? "all" : question.by}
          onChange={(by) => ask({ by: by === "all" ? "" : by })}
          choices={[
            { id: "all" as const, label: say("reports.by.all") },
            ...dimensions.map((id) => ({ id, label: say(`reports.by.${id}`) })),
          ]}
        />
      )}
      {heeded.includes("step") && (
        <Select
          label={say("reports.step")}
          value={question.step}
          onChange={(step) => ask({ step })}
          choices={STEPS.map((id) => ({ id, label: say(`reports.step.${id}`) }))}
        />
      )}
      {heeded.includes("hours") && (
        <Select
          label={say("reports.hours")}
          value={question.business ? "business" : "calendar"}
          onChange={(hours) => ask({ business: hours === "business" })}
          choices={(["calendar", "business"] as const).map((id) => ({ id, label: say(`reports.hours.${id}`) }))}
        />
      )}
      {heeded.includes("compare") && (
        <Select
          label={say("reports.compare")}
          value={question.compare ? "yes" : "no"}
          onChange={(compare) => ask({ compare: compare === "yes" })}
          choices={(["yes", "no"] as const).map((id) => ({ id, label: say(`reports.compare.${id}`) }))}
        />
      )}
    </form>
  );
}
