/** The case itself: promises of service as they run, how far it is, what one has to know, who follows, the transcript. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { atLeast, useApi, useFormats, useMe, useNow, useSay } from "../../app/desk";
import { useNameOf } from "../../contact/names";
import { Refusal } from "../../contact/Refusal";
import { Fold, Section } from "../../contact/Section";
import { useConversation } from "../../desk/conversation";
import { Button, IconButton } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";
import { AsyncBoundary } from "../../ui/states";
import { Transcript } from "../actions/Transcript";
import { roundedLeft, shownClocks, type Clock, type Standing } from "../thread/clocks";
import styles from "../../contact/contact.module.css";
import own from "./Context.module.css";
import { briefWords, milestoneWords } from "./caseWords";
import { partKey } from "./live";
import SendTranscript from "../SendTranscript";

export function CaseTab({ conversationId }: { conversationId: string }) {
  return (
    <>
      <Clocks conversationId={conversationId} />
      <Progress conversationId={conversationId} />
      <Followers conversationId={conversationId} />
      <Records conversationId={conversationId} />
    </>
  );
}

const GLYPHS: Record<Standing, IconName> = { running: "clock", soon: "warning", paused: "clock", breached: "close" };
const TONES: Record<Standing, string> = { running: "muted", soon: "warn", paused: "muted", breached: "bad" };

function Clocks({ conversationId }: { conversationId: string }) {
  const [say, api, now] = [useSay(), useApi(), useNow()];
  const [past, setPast] = useState(false);
  const clocks = useQuery({
    queryKey: partKey("clocks", conversationId),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/clocks", { params: { path: { conversation_id: conversationId } } })),
  });
  return (
    <Section title={say("context.clocks")}>
      <AsyncBoundary query={clocks} isEmpty={({ items }) => items.length === 0} empty={<p className={styles["none"]}>{say("context.no_clocks")}</p>}>
        {({ items }) => {
          const shown = shownClocks(items, now);
          const over = items.filter((clock) => !shown.some((each) => each.clock === clock));
          return (
            <>
              <ul className={styles["items"]}>
                {shown.map(({ clock, standing, left }) => (
                  <Running key={`${clock.kind}${clock.started_at}`} clock={clock} standing={standing} left={left} />
                ))}
                {past && over.map((clock) => <Over key={`${clock.kind}${clock.started_at}`} clock={clock} />)}
              </ul>
              {over.length > 0 && (
                <Button kind="quiet" aria-expanded={past} onPress={() => setPast(!past)}>
                  {say("context.clocks_over", { n: over.length })}
                </Button>
              )}
            </>
          );
        }}
      </AsyncBoundary>
    </Section>
  );
}

function Running({ clock, standing, left }: { clock: Clock; standing: Standing; left: number | null }) {
  const [say, formats] = [useSay(), useFormats()];
  const time = left === null ? "" : formats.duration(Math.abs(roundedLeft(left)));
  return (
    <li className={own["clock"]}>
      <span>{say(`context.clock.${clock.kind}`)}</span>
      <span className={`${styles["mark"]} ${styles[TONES[standing]]}`}>
        <Icon name={GLYPHS[standing]} size={16} />
        {/* The words are the same for a minute at least; ticking digits are not read out. */}
        <span>{say(`context.standing.${standing}`)}</span>
        <span aria-hidden={time !== "" && standing !== "breached"}>{time}</span>
      </span>
      {clock.due_at && <span className={styles["meta"]}>{say("context.due", { time: formats.dateTime(clock.due_at) })}</span>}
    </li>
  );
}

function Over({ clock }: { clock: Clock }) {
  const [say, formats] = [useSay(), useFormats()];
  return (
    <li className={own["clock"]}>
      <span>{say(`context.clock.${clock.kind}`)}</span>
      <span className={`${styles["mark"]} ${styles[clock.state === "met" ? "ok" : clock.state === "breached" ? "bad" : "muted"]}`}>
        <Icon name={clock.state === "met" ? "check" : "close"} size={16} />
        {say(clock.state === "met" ? "context.clock_met" : clock.state === "breached" ? "context.standing.breached" : "context.clock_cancelled")}
      </span>
      {clock.stopped_at && <span className={styles["meta"]}>{formats.dateTime(clock.stopped_at)}</span>}
    </li>
  );
}

const STEPS = ["received", "queued", "assigned", "answered", "resolved"] as const;
const SECTIONS = ["who", "about", "state", "tried", "promises", "events", "last_words"] as const;

function Progress({ conversationId }: { conversationId: string }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const progress = useQuery({
    queryKey: partKey("progress", conversationId),
    queryFn: () =>
      told(
        api.GET("/conversations/{conversation_id}/progress", {
          params: { path: { conversation_id: conversationId }, query: { include: "summary" } },
        }),
      ),
  });
  return (
    <AsyncBoundary query={progress}>
      {({ steps, milestones, summary }) => (
        <>
          <Section title={say("context.progress")}>
            <ol className={own["steps"]}>
              {steps.map((step) => {
                const name = STEPS.find((each) => each === step.name);
                return (
                  <li key={step.name} className={own["step"]} data-done={step.done} title={step.at ? formats.dateTime(step.at) : undefined}>
                    <Icon name={step.done ? "check" : "clock"} size={16} />
                    {name ? say(`context.step.${name}`) : step.name}
                    <span className="visually-hidden">{say(step.done ? "context.step_done" : "context.step_open")}</span>
                  </li>
                );
              })}
            </ol>
          </Section>
          <Fold title={say("context.brief")} open>
            {summary.map((section) => {
              const name = SECTIONS.find((each) => each === section.name);
              return (
                <div key={section.name}>
                  <p className={styles["muted"]}>{name ? say(`context.brief.${name}`) : section.name}</p>
                  <ul className={own["task"]}>
                    {section.lines.map((line, place) => (
                      <li key={place} dir="auto">
                        {briefWords(section.name, line, say, formats)}
                        {line.at && <span className={styles["meta"]}> {formats.dateTime(line.at)}</span>}
                      </li>
                    ))}
                  </ul>
                </div>
              );
            })}
          </Fold>
          <Fold title={say("context.milestones")}>
            <ul className={styles["items"]}>
              {milestones.map((one, place) => (
                <li key={place}>
                  <span>{milestoneWords(one, say)}</span>
                  <div className={styles["meta"]}>{[formats.dateTime(one.at), one.who?.name ?? ""].filter(Boolean).join(" · ")}</div>
                </li>
              ))}
            </ul>
          </Fold>
        </>
      )}
    </AsyncBoundary>
  );
}

function Followers({ conversationId }: { conversationId: string }) {
  const [say, api, me, nameOf, cache] = [useSay(), useApi(), useMe(), useNameOf(), useQueryClient()];
  const key = partKey("followers", conversationId);
  const path = { conversation_id: conversationId };
  const followers = useQuery({ queryKey: key, queryFn: () => told(api.GET("/conversations/{conversation_id}/followers", { params: { path } })) });
  const change = useMutation<Schemas["FollowerList"] | undefined, unknown, string | null>({
    mutationFn: (leaving) =>
      leaving === null
        ? told(api.POST("/conversations/{conversation_id}/followers", { params: { path }, body: { agent_id: null } }))
        : told(api.DELETE("/conversations/{conversation_id}/followers/{agent_id}", { params: { path: { ...path, agent_id: leaving } } })),
    onSettled: () => void cache.invalidateQueries({ queryKey: key }),
  });
  const following = followers.data?.items.some((each) => each.agent_id === me.id) ?? false;
  return (
    <Section
      title={say("context.followers")}
      aside={
        followers.data &&
        me.kind === "agent" && (
          <Button kind="quiet" isPending={change.isPending} onPress={() => change.mutate(following ? me.id : null)}>
            {say(following ? "context.unfollow" : "context.follow")}
          </Button>
        )
      }
    >
      <AsyncBoundary query={followers} isEmpty={({ items }) => items.length === 0} empty={<p className={styles["none"]}>{say("context.no_followers")}</p>}>
        {({ items }) => (
          <ul className={styles["chips"]}>
            {items.map(({ agent_id }) => (
              <li key={agent_id} className={styles["chip"]}>
                {nameOf(agent_id)}
                {agent_id !== me.id && atLeast(me.role, "supervisor") && (
                  <IconButton icon="close" label={say("context.remove_follower", { name: nameOf(agent_id) })} onPress={() => change.mutate(agent_id)} />
                )}
              </li>
            ))}
          </ul>
        )}
      </AsyncBoundary>
      <Refusal fault={change.error} />
    </Section>
  );
}

function Records({ conversationId }: { conversationId: string }) {
  const say = useSay();
  const [open, setOpen] = useState<"read" | "send" | null>(null);
  const conversation = useConversation(conversationId);
  return (
    <Section title={say("context.transcript")}>
      <div className={styles["actions"]}>
        <Button icon="download" isDisabled={conversation.data === undefined} onPress={() => setOpen("read")}>
          {say("context.transcript_read")}
        </Button>
        <Button icon="mail" isDisabled={conversation.data === undefined} onPress={() => setOpen("send")}>
          {say("context.transcript_send")}
        </Button>
      </div>
      {open === "read" && conversation.data && <Transcript conversation={conversation.data} onClose={() => setOpen(null)} />}
      {open === "send" && conversation.data && <SendTranscript conversation={conversation.data} onDone={() => setOpen(null)} />}
    </Section>
  );
}
