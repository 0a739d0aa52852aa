/** Days run again under other rules: those there were, a new one, one with its result. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { RadioCards, TextField } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { Page } from "../../../ui/Page";
import type { AreaProps } from "../areas";
import { Duration } from "../kit/Duration";
import { errorOf } from "../parts/faults";
import { Fields, Whole } from "../parts/ItemForm";
import { ListPage } from "../parts/ListPage";
import { Refusal } from "../parts/SaveBar";
import { bodyOf, firstWish, isUnder, type Wish } from "./replay";
import { ReplayPage } from "./ReplayPage";
import styles from "./Replays.module.css";

const REPLAYS = ["admin", "replays"];
const AGAIN = 2_000;

export default function Replays({ id, base }: AreaProps) {
  if (id === "new") return <NewReplay base={base} />;
  return id === undefined ? <List base={base} /> : <ReplayPage id={id} />;
}

function List({ base }: { base: string }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const query = useQuery({
    queryKey: REPLAYS,
    queryFn: async () => (await told(api.GET("/routing/replays"))).items,
    refetchInterval: (known) => (known.state.data?.some(isUnder) ? AGAIN : false),
  });
  return (
    <ListPage
      title={say("area.replays")}
      query={query}
      keyOf={(one) => one.id}
      nameOf={(one) => formats.dateTime(one.asked_at)}
      nameTitle={say("replay.asked")}
      hrefOf={(one) => `${base}/${one.id}`}
      toneOf={(one) => (one.state === "failed" ? "bad" : undefined)}
      columns={[
        { id: "state", title: say("replay.state"), cell: (one) => say(`replay.state.${one.state}`) },
        { id: "source", title: say("replay.source"), cell: (one) => say("recorded" in one.source && one.source["recorded"] !== null ? "replay.recorded" : "replay.generated") },
        { id: "n", title: say("replay.conversations"), number: true, cell: (one) => one.conversations },
        { id: "differ", title: say("replay.differences"), number: true, cell: (one) => one.differences },
      ]}
      icon="play"
      emptyTitle={say("replay.none")}
      emptyText={say("replay.none_more")}
      newHref={`${base}/new`}
      newText={say("replay.new")}
    />
  );
}

function NewReplay({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [wish, setWish] = useState<Wish>(() => firstWish(Date.now()));
  const set = (part: Partial<Wish>) => setWish((known) => ({ ...known, ...part }));
  const start = useMutation({
    mutationFn: () => told(api.POST("/routing/replays", { body: bodyOf(wish) })),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: REPLAYS });
      go(`${base}/${made.id}`);
    },
  });
  const isWhole = wish.source === "generated" || (wish.from !== "" && wish.to !== "");
  return (
    <Page title={say("replay.new")}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <RadioCards label={say("replay.source")} value={wish.source} onChange={(source) => set({ source })} choices={(["recorded", "generated"] as const).map((id) => ({ id, label: say(`replay.${id}`) }))} />
        {wish.source === "recorded" ? <Recorded wish={wish} set={set} fault={start.error} /> : <Generated wish={wish} set={set} fault={start.error} />}
        <RadioCards label={say("replay.rules")} value={wish.rules} onChange={(rules) => set({ rules })} choices={(["current", "draft", "both"] as const).map((id) => ({ id, label: say(`replay.rules.${id}`) }))} />
        <Refusal fault={start.error} />
        <div className={styles["end"]}>
          <Button kind="primary" type="submit" icon="play" isPending={start.isPending} isDisabled={!isWhole}>
            {say("replay.start")}
          </Button>
        </div>
      </form>
    </Page>
  );
}

interface PartProps {
  wish: Wish;
  set: (part: Partial<Wish>) => void;
  fault: Error | null;
}

function Recorded({ wish, set, fault }: PartProps) {
  const say = useSay();
  return (
    <Fields>
      <TextField label={say("replay.from")} type="datetime-local" value={wish.from} onChange={(from) => set({ from })} error={errorOf(fault, "source.recorded.from")} />
      <TextField label={say("replay.to")} type="datetime-local" value={wish.to} onChange={(to) => set({ to })} error={errorOf(fault, "source.recorded.to")} />
      <Whole>
        <p className={styles["note"]}>{say("replay.recorded_hint")}</p>
      </Whole>
    </Fields>
  );
}

function Generated({ wish, set, fault }: PartProps) {
  const say = useSay();
  const error = (name: string) => errorOf(fault, `source.generated.${name}`);
  return (
    <Fields>
      <NumberField label={say("replay.hours")} value={wish.hours} onChange={(hours) => set({ hours })} min={1} max={24} error={error("hours")} />
      <NumberField label={say("replay.arrivals")} value={wish.arrivals} onChange={(arrivals) => set({ arrivals })} min={1} max={500} error={error("arrivals_per_hour")} />
      <Duration label={say("replay.handling")} value={wish.handling} onChange={(handling) => set({ handling })} units={["second", "minute", "hour"]} error={error("handling_seconds")} />
      <NumberField label={say("replay.agents")} hint={say("replay.agents_hint")} value={wish.agents} onChange={(agents) => set({ agents })} min={1} max={200} error={error("agents")} />
      <NumberField label={say("replay.seed")} hint={say("replay.seed_hint")} value={wish.seed} onChange={(seed) => set({ seed })} min={0} error={error("seed")} />
    </Fields>
  );
}
