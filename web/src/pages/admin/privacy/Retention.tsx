/** How long what is kept; what the rules would remove can be counted before, and carried out at once. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { NumberField } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { Setting } from "../kit/Setting";
import { Facts } from "../parts/Facts";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";

const KINDS = ["conversations", "attachments", "timeline", "contacts"] as const;
type Draft = Record<(typeof KINDS)[number], number | null>;
const AGAIN = 1_500;

export function Retention() {
  const [say, api] = [useSay(), useApi()];
  return (
    <>
      <Setting<Schemas["chalicelib.api.retention.RulesView"], Draft>
        title={say("privacy.retention")}
        intro={say("privacy.retention_text")}
        name="retention"
        read={() => told(api.GET("/retention/rules"))}
        write={(draft, version) => told(api.PUT("/retention/rules", { body: { ...draft, version } }))}
        draftOf={({ conversations, attachments, timeline, contacts }) => ({ conversations, attachments, timeline, contacts })}
        nameOf={(field) => say(`privacy.kept.${field}`)}
      >
        {({ draft, change, refusal, isDirty }) => (
          <>
            <Panel title={say("privacy.days")}>
              <Fields>
                {KINDS.map((kind) => (
                  <NumberField
                    key={kind}
                    label={say(`privacy.kept.${kind}`)}
                    hint={say("privacy.empty_never")}
                    value={draft[kind]}
                    onChange={(days) => change({ [kind]: days })}
                    min={1}
                    max={36_500}
                    error={errorOf(refusal, kind)}
                  />
                ))}
              </Fields>
            </Panel>
            <Runs isDirty={isDirty} />
          </>
        )}
      </Setting>
    </>
  );
}

function Runs({ isDirty }: { isDirty: boolean }) {
  const [say, api] = [useSay(), useApi()];
  const [isAsked, ask] = useState(false);
  const running = useMutation({
    mutationFn: (dry_run: boolean) => told(api.POST("/retention/runs", { body: { dry_run } })),
    onSuccess: () => ask(false),
  });
  const job = useQuery({
    queryKey: ["jobs", running.data?.id],
    enabled: running.data !== undefined,
    queryFn: () => told(api.GET("/jobs/{job_id}", { params: { path: { job_id: running.data?.id ?? "" } } })),
    refetchInterval: (query) => (query.state.data?.ended_at ? false : AGAIN),
  });
  const shown = job.data ?? running.data;
  const result = (shown?.result ?? {}) as Record<string, { count?: number; held?: number } | undefined>;
  return (
    <Panel title={say("privacy.run")}>
      <p>{say(isDirty ? "privacy.save_first" : "privacy.run_text")}</p>
      <div className={form["actions"]}>
        <Button isDisabled={isDirty} isPending={running.isPending} onPress={() => running.mutate(true)}>
          {say("privacy.count")}
        </Button>
        <Button kind="danger" isDisabled={isDirty} onPress={() => ask(true)}>
          {say("privacy.remove_now")}
        </Button>
      </div>
      <div role="status">
        {shown && !shown.ended_at && say("privacy.running")}
        {shown?.ended_at && (
          <Facts
            facts={KINDS.filter((kind) => result[kind]).map(
              (kind) =>
                [
                  say(`privacy.kept.${kind}`),
                  say("privacy.counted", { n: result[kind]?.count ?? 0, held: result[kind]?.held ?? 0 }),
                ] as const,
            )}
          />
        )}
        {shown?.ended_at && KINDS.every((kind) => !result[kind]) && say("privacy.no_rules")}
      </div>
      <Refusal fault={running.error} />
      <Dialog title={say("privacy.remove_now")} isOpen={isAsked} alert onClose={() => ask(false)}>
        <p>{say("privacy.remove_sure")}</p>
        <div className={form["actions"]}>
          <Button autoFocus onPress={() => ask(false)}>
            {say("admin.cancel")}
          </Button>
          <Button kind="danger" isPending={running.isPending} onPress={() => running.mutate(false)}>
            {say("privacy.remove_now")}
          </Button>
        </div>
      </Dialog>
    </Panel>
  );
}
