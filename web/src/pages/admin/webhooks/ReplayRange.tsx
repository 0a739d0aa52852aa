/** Sending all of a time again: long work, whose progress is shown while the dialog is open. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Select, TextField } from "../../../ui/fields";
import { errorOf } from "../parts/faults";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";

type State = NonNullable<Schemas["chalicelib.api.webhook_deliveries.ReplayBody"]["state"]>;
const STATES: readonly State[] = ["exhausted", "waiting", "delivered", "all"];
const DAY = 86_400_000;
const AGAIN = 1_500;

/** As `datetime-local` has it, in the reader's zone. */
const local = (at: number): string => {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
};

export function ReplayRange({ endpointId, onClose }: { endpointId: string; onClose: () => void }) {
  const [say, api] = [useSay(), useApi()];
  const [since, setSince] = useState(() => local(Date.now() - DAY));
  const [until, setUntil] = useState(() => local(Date.now()));
  const [state, setState] = useState<State>("exhausted");
  const [clientId] = useState(() => crypto.randomUUID());
  const asking = useMutation({
    mutationFn: () =>
      told(
        api.POST("/webhook-endpoints/{endpoint_id}/replays", {
          params: { path: { endpoint_id: endpointId } },
          body: { since: new Date(since).toISOString(), until: new Date(until).toISOString(), state, client_id: clientId },
        }),
      ),
  });
  const job = useQuery({
    queryKey: ["jobs", asking.data?.id],
    enabled: asking.data !== undefined,
    queryFn: () => told(api.GET("/jobs/{job_id}", { params: { path: { job_id: asking.data?.id ?? "" } } })),
    refetchInterval: (query) => (query.state.data?.ended_at ? false : AGAIN),
  });
  const shown = job.data ?? asking.data;
  return (
    <Dialog title={say("webhooks.replay_range")} isOpen onClose={onClose}>
      <form
        className={form["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          asking.mutate();
        }}
      >
        <p>{say("webhooks.replay_text")}</p>
        <TextField
          label={say("webhooks.since")}
          type="datetime-local"
          value={since}
          onChange={setSince}
          error={errorOf(asking.error, "since")}
        />
        <TextField
          label={say("webhooks.until")}
          type="datetime-local"
          value={until}
          onChange={setUntil}
          error={errorOf(asking.error, "until")}
        />
        <Select
          label={say("admin.state")}
          value={state}
          onChange={setState}
          choices={STATES.map((id) => ({ id, label: say(`webhooks.replay.${id}`) }))}
        />
        <p role="status">
          {shown &&
            (shown.ended_at
              ? say("webhooks.replayed", { n: shown.done, errors: shown.errors })
              : say("webhooks.replaying", { n: shown.done }))}
        </p>
        {shown?.detail && <p>{shown.detail}</p>}
        <Refusal fault={asking.error} />
        <div className={form["actions"]}>
          <Button onPress={onClose}>{say("inboxes.close")}</Button>
          <Button kind="primary" type="submit" isPending={asking.isPending} isDisabled={asking.isSuccess || since === "" || until === ""}>
            {say("webhooks.again")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
