/** One request: whom it leads to, carrying it out for who is really meant, or closing it with a reason. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { channelName } from "../../../app/channels";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Select } from "../../../ui/fields";
import { CheckboxGroup, TextArea } from "../../../ui/inputs";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary } from "../../../ui/states";
import { Facts } from "../parts/Facts";
import { errorOf } from "../parts/faults";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import { REQUESTS, useRequestWords } from "./Privacy";

type Request = Schemas["RequestView"];
const AGAIN = 4_000;

export function RequestPage({ id }: { id: string }) {
  const [say, api] = [useSay(), useApi()];
  const request = useQuery({
    queryKey: [...REQUESTS, id],
    queryFn: () => told(api.GET("/privacy/requests/{request_id}", { params: { path: { request_id: id } } })),
    refetchInterval: (query) => (query.state.data?.state === "under_way" ? AGAIN : false),
  });
  const words = useRequestWords();
  return (
    <Page title={request.data ? words.wish(request.data) : say("privacy.requests")}>
      <AsyncBoundary query={request}>
        {(found) => (
          <>
            <About request={found} />
            {(found.state === "waiting" || found.state === "under_way") && (
              <>
                <CarryOut request={found} />
                <Close request={found} />
              </>
            )}
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function About({ request }: { request: Request }) {
  const [say, formats, words] = [useSay(), useFormats(), useRequestWords()];
  return (
    <Panel title={words.state(request)}>
      <Facts
        facts={[
          [say("inboxes.account"), `${channelName(request.channel, say)} ${request.account_id}`],
          [say("privacy.reference"), request.reference || "–"],
          [say("privacy.received"), formats.dateTime(request.received_at)],
          [
            say("privacy.due"),
            request.overdue ? say("privacy.overdue", { time: formats.date(request.due_at) }) : formats.date(request.due_at),
          ],
          ...(request.closed_at ? [[say("privacy.closed"), formats.dateTime(request.closed_at)] as const] : []),
          ...(request.reason ? [[say("privacy.reason"), request.closed_by === "" ? say("privacy.nobody") : request.reason] as const] : []),
          ...request.work.map((work) => [work.id, work.state ?? "–"] as const),
        ]}
      />
    </Panel>
  );
}

/** For good: who is meant is chosen, and asked for once more. */
function CarryOut({ request }: { request: Request }) {
  const [say, api, cache, words] = [useSay(), useApi(), useQueryClient(), useRequestWords()];
  const [chosen, choose] = useState<string[]>([]);
  const [isAsked, ask] = useState(false);
  const carrying = useMutation({
    mutationFn: () =>
      told(
        api.POST("/privacy/requests/{request_id}/carrying-out", {
          params: { path: { request_id: request.id } },
          body: { contact_ids: chosen },
        }),
      ),
    onSuccess: (answer) => {
      ask(false);
      cache.setQueryData([...REQUESTS, request.id], answer);
      void cache.invalidateQueries({ queryKey: REQUESTS });
    },
  });
  return (
    <Panel title={say("privacy.carry_out")}>
      <p>{say(request.contacts.length === 0 ? "privacy.nobody" : "privacy.whom")}</p>
      <CheckboxGroup
        label={say("segments.contacts")}
        value={chosen}
        onChange={choose}
        choices={request.contacts.map(({ contact_id, certain }) => ({
          id: contact_id,
          label: say(certain ? "privacy.certain" : "privacy.maybe", { id: contact_id }),
        }))}
      />
      <ul>
        {request.contacts.map(({ contact_id }) => (
          <li key={contact_id}>
            <Link href={`/contacts/${contact_id}`}>{contact_id}</Link>
          </li>
        ))}
      </ul>
      <div className={form["actions"]}>
        <Button
          kind={request.wish === "export" ? "primary" : "danger"}
          isDisabled={request.contacts.length > 0 && chosen.length === 0}
          onPress={() => ask(true)}
        >
          {words.wish(request)}
        </Button>
      </div>
      <Dialog title={words.wish(request)} isOpen={isAsked} alert onClose={() => ask(false)}>
        <p>{say(request.wish === "export" ? "privacy.export_sure" : "privacy.erase_sure", { n: chosen.length })}</p>
        <Refusal fault={carrying.error} />
        <div className={form["actions"]}>
          <Button autoFocus onPress={() => ask(false)}>
            {say("admin.cancel")}
          </Button>
          <Button kind="danger" isPending={carrying.isPending} onPress={() => carrying.mutate()}>
            {words.wish(request)}
          </Button>
        </div>
      </Dialog>
    </Panel>
  );
}

function Close({ request }: { request: Request }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [state, setState] = useState<"done" | "refused">("done");
  const [reason, setReason] = useState("");
  const closing = useMutation({
    mutationFn: () =>
      told(api.POST("/privacy/requests/{request_id}/closing", { params: { path: { request_id: request.id } }, body: { state, reason } })),
    onSuccess: () => void cache.invalidateQueries({ queryKey: REQUESTS }),
  });
  return (
    <Panel title={say("privacy.close")}>
      <form
        className={form["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          closing.mutate();
        }}
      >
        <Select
          label={say("admin.state")}
          value={state}
          onChange={setState}
          choices={(["done", "refused"] as const).map((id) => ({ id, label: say(`privacy.state.${id}`) }))}
        />
        <TextArea
          label={say("privacy.reason")}
          hint={say("privacy.reason_hint")}
          value={reason}
          onChange={setReason}
          maxLength={500}
          rows={2}
          error={errorOf(closing.error, "reason")}
        />
        <Refusal fault={closing.error} />
        <div className={form["actions"]}>
          <Button type="submit" isPending={closing.isPending} isDisabled={reason.trim() === ""}>
            {say("privacy.close")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
