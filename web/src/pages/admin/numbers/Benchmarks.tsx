/** What others are said to reach: nothing but what is put here, each with its source. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import type { TextId } from "../../../i18n/texts";
import { Select, TextField } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";

type View = Schemas["BenchmarksView"];
type Benchmark = Schemas["BenchmarkView"];

const blank = (): Benchmark => ({
  id: `bm-${crypto.randomUUID().slice(0, 8)}`,
  metric: "first_response",
  value: 0,
  percentile: 0.5,
  channel: "",
  industry: "",
  source: "",
  source_date: new Date().toISOString().slice(0, 10),
  url: "",
  doubt: "",
});

export default function Benchmarks() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<View, Omit<View, "version">>
      title={say("area.benchmarks")}
      name="benchmarks"
      read={() => told(api.GET("/reports/benchmarks"))}
      write={({ benchmarks }, version) => told(api.PUT("/reports/benchmarks", { body: { benchmarks, version } }))}
      draftOf={({ version: _, ...draft }) => draft}
    >
      {({ draft, change, refusal }) => (
        <RuleList
          rules={draft.benchmarks}
          change={(benchmarks) => change({ benchmarks })}
          nameOf={(one) => `${say(`metric.${one.metric}` as TextId)}: ${one.value}`}
          aboutOf={(one) => [one.source, one.source_date, one.channel, one.industry].filter(Boolean).join(" · ")}
          blank={blank}
          addText={say("bench.add")}
          emptyText={say("bench.none")}
          at="benchmarks"
          refusal={refusal}
        >
          {(one, put, at) => <BenchmarkForm one={one} put={put} at={at} refusal={refusal} />}
        </RuleList>
      )}
    </Setting>
  );
}

interface FormProps {
  one: Benchmark;
  put: (part: Partial<Benchmark>) => void;
  at: string;
  refusal: Error | null;
}

const WORDS = [
  ["id", 40],
  ["source", 200],
  ["url", 500],
  ["channel", 60],
  ["industry", 60],
  ["doubt", 500],
] as const;

function BenchmarkForm({ one, put, at, refusal }: FormProps) {
  const [say, api] = [useSay(), useApi()];
  const metrics = useQuery({ queryKey: ["reports", "metrics"], queryFn: () => told(api.GET("/reports/metrics")), staleTime: Infinity });
  return (
    <Fields>
      <Select label={say("bench.metric")} value={one.metric} onChange={(metric) => put({ metric })} choices={(metrics.data?.items ?? [{ name: one.metric }]).map(({ name }) => ({ id: name, label: say(`metric.${name}` as TextId) }))} />
      <NumberField label={say("bench.value")} value={one.value} onChange={(value) => put({ value: value ?? 0 })} min={0} step={0.0001} error={errorOf(refusal, `${at}.value`)} />
      <NumberField label={say("bench.percentile")} value={one.percentile} onChange={(percentile) => put({ percentile })} min={0} max={1} step={0.01} error={errorOf(refusal, `${at}.percentile`)} />
      <TextField label={say("bench.source_date")} type="date" value={one.source_date} onChange={(source_date) => put({ source_date })} error={errorOf(refusal, `${at}.source_date`)} />
      {WORDS.map(([name, most]) => (
        <TextField key={name} label={say(`bench.${name}`)} value={one[name]} onChange={(text) => put({ [name]: text })} maxLength={most} error={errorOf(refusal, `${at}.${name}`)} />
      ))}
    </Fields>
  );
}
