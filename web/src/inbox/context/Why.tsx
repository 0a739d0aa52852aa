/** Why this agent: the desk's own sentence, what was asked for, everybody who was looked at, and the decisions before. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useNow, useSay } from "../../app/desk";
import { useNameOf } from "../../contact/names";
import { Line, Lines, Section } from "../../contact/Section";
import { Button } from "../../ui/Button";
import { DataTable, type Column } from "../../ui/DataTable";
import { Icon } from "../../ui/Icon";
import { AsyncBoundary, Skeleton } from "../../ui/states";
import styles from "../../contact/contact.module.css";
import { partKey } from "./live";
import { sentenceWords } from "./sentenceWords";
import { candidatesOf, untold, type Candidate, type Decision } from "./why";

type Routing = Schemas["RoutingView"];

export function useRouting(conversationId: string) {
  const api = useApi();
  return useQuery({
    queryKey: partKey("routing", conversationId),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/routing", { params: { path: { conversation_id: conversationId } } })),
  });
}

export function Why({ conversationId }: { conversationId: string }) {
  const say = useSay();
  const routing = useRouting(conversationId);
  return (
    <AsyncBoundary query={routing} loading={<Skeleton lines={5} />}>
      {(found) => (
        <div className={styles["stack"]}>
          {found.entry && <Waiting routing={found} entry={found.entry} />}
          {found.decisions.length > 0 ? (
            <Decisions decisions={found.decisions} />
          ) : (
            <p className={styles["none"]}>{say(found.assignee_id ? "context.by_hand" : "context.no_decision")}</p>
          )}
        </div>
      )}
    </AsyncBoundary>
  );
}

function Waiting({ routing, entry }: { routing: Routing; entry: Schemas["EntryView"] }) {
  const [say, formats, nameOf, now] = [useSay(), useFormats(), useNameOf(), useNow(30_000)];
  const { expected_wait: wait } = routing;
  const needs = Object.entries(entry.required);
  return (
    <Section title={say("context.waiting")}>
      <Lines>
        <Line name={say("context.queue")}>{entry.team_ids.map(nameOf).join(", ")}</Line>
        {routing.position !== null && <Line name={say("context.position")}>{formats.number(routing.position)}</Line>}
        <Line name={say("context.waited")}>{formats.duration(now - new Date(entry.waiting_since).getTime())}</Line>
        {wait && (
          <Line name={say("context.expected")}>
            {say("context.expected_value", { low: formats.duration(wait.low_seconds * 1000), high: formats.duration(wait.high_seconds * 1000) })}
          </Line>
        )}
        <Line name={say("context.needs")}>
          {needs.length === 0 ? say("context.needs_nothing") : needs.map(([skill, level]) => `${skill} ≥ ${level}`).join(" · ")}
          {entry.relaxed.length > 0 && <span className={styles["meta"]}>{say("context.relaxed", { skills: entry.relaxed.join(", ") })}</span>}
          {entry.relaxes_at && <span className={styles["meta"]}>{say("context.relaxes_at", { time: formats.time(entry.relaxes_at) })}</span>}
        </Line>
        <Line name={say("context.priority")}>
          {[
            formats.number(entry.points),
            ...entry.contributions.map(({ name, points }) => `${name} ${formats.number(points, { signDisplay: "always" })}`),
          ].join(" · ")}
        </Line>
        {entry.offered_to && (
          <Line name={say("context.offered_to")}>
            {nameOf(entry.offered_to)}
            {entry.offer_until && <span className={styles["meta"]}>{say("context.until", { time: formats.clock(entry.offer_until) })}</span>}
          </Line>
        )}
      </Lines>
    </Section>
  );
}

function Decisions({ decisions }: { decisions: readonly Decision[] }) {
  const [say, formats] = [useSay(), useFormats()];
  const [place, setPlace] = useState(0);
  const decision = decisions[Math.min(place, decisions.length - 1)];
  if (decision === undefined) return null;
  return (
    <Section title={say(`context.outcome.${decision.outcome}`)}>
      <p className={styles["meta"]}>
        {say("context.decision_of", { n: decisions.length - place, total: decisions.length })}
        {" · "}
        <time dateTime={decision.at}>{formats.dateTime(decision.at)}</time>
        {" · "}
        {say("context.rules_version", { n: decision.rules_version })}
      </p>
      <p data-testid="sentence">{sentenceWords(decision, say)}</p>
      {decision.relaxed.length > 0 && <p className={styles["meta"]}>{say("context.relaxed", { skills: decision.relaxed.join(", ") })}</p>}
      <Candidates decision={decision} />
      <div className={styles["actions"]} hidden={decisions.length < 2}>
        <Button kind="quiet" isDisabled={place >= decisions.length - 1} onPress={() => setPlace(place + 1)}>
          {say("context.earlier")}
        </Button>
        <Button kind="quiet" isDisabled={place === 0} onPress={() => setPlace(place - 1)}>
          {say("context.later")}
        </Button>
      </div>
    </Section>
  );
}

const GLYPHS = { chosen: "check", could: "person", skipped: "close" } as const;
const TONES = { chosen: "ok", could: "muted", skipped: "muted" } as const;

function Candidates({ decision }: { decision: Decision }) {
  const [say, formats, nameOf] = [useSay(), useFormats(), useNameOf()];
  const more = untold(decision);
  const verdict = (each: Candidate) =>
    [say(each.verdict === "skipped" && each.reason ? `context.skipped.${each.reason}` : `context.verdict.${each.verdict === "chosen" ? "chosen" : "could"}`), each.detail]
      .filter(Boolean)
      .join(": ");
  const columns: Column<Candidate>[] = [
    { id: "who", title: say("context.candidate"), cell: (each) => nameOf(each.agentId) },
    {
      id: "verdict",
      title: say("context.verdict"),
      cell: (each) => (
        <span className={`${styles["mark"]} ${styles[TONES[each.verdict]]}`}>
          <Icon name={GLYPHS[each.verdict]} size={16} />
          {verdict(each)}
        </span>
      ),
    },
    { id: "free", title: say("context.free"), cell: (each) => (each.freePercent === null ? "" : formats.percent(each.freePercent / 100, 0)), number: true },
    { id: "idle", title: say("context.idle"), cell: (each) => (each.idleSeconds === null ? "" : formats.duration(each.idleSeconds * 1000)), number: true },
  ];
  return (
    <>
      <DataTable
        caption={say("context.candidates")}
        columns={columns}
        rows={candidatesOf(decision)}
        keyOf={(each) => `${each.agentId}${each.verdict}`}
        empty={say("context.nobody")}
      />
      {more > 0 && <p className={styles["meta"]}>{say("context.untold", { n: more })}</p>}
    </>
  );
}
