/** How an inbox fares: the provider asked now, what came and went, and switching it off and on. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { atLeast, useApi, useFormats, useMe, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { DataTable } from "../../../ui/DataTable";
import { Panel } from "../../../ui/Page";
import { AsyncBoundary } from "../../../ui/states";
import { useTell } from "../../../ui/Toasts";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { Facts } from "../parts/Facts";
import { faultText } from "../parts/faults";
import type { Channel } from "./channelForm";
import { INBOXES } from "./queries";
import { factOf, factValue } from "./setupWords";
import type { InboxRow } from "./signs";
import { Troubles } from "./Troubles";
import { Sign } from "./WebhookStep";

export function Health({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const [say, api] = [useSay(), useApi()];
  const health = useQuery({
    queryKey: ["inboxes", inbox.id, "health"],
    queryFn: () => told(api.GET("/inboxes/{inbox_id}/health", { params: { path: { inbox_id: inbox.id } } })),
    staleTime: 0,
  });
  return (
    <>
      <Panel
        title={say("inboxes.health")}
        aside={
          <Button icon="refresh" isPending={health.isFetching} onPress={() => void health.refetch()}>
            {say("inboxes.check")}
          </Button>
        }
      >
        <AsyncBoundary query={health}>{(found) => <Known health={found} />}</AsyncBoundary>
        <Troubles channel={channel} inbox={inbox} />
      </Panel>
      <Power inbox={inbox} />
    </>
  );
}

function Known({ health }: { health: Schemas["HealthView"] }) {
  const [say, formats] = [useSay(), useFormats()];
  const when = (at: string | null) => (at ? formats.dateTime(at) : say("inboxes.never"));
  const failed = health.last_failure;
  const traffic = ({ sent, failed: lost }: Schemas["TrafficView"]) => say("inboxes.traffic", { sent, failed: lost });
  return (
    <>
      <Sign
        shade={health.ok ? "ok" : "bad"}
        text={say(health.ok ? "inboxes.provider_ok" : "inboxes.provider_bad", { detail: health.detail || "–" })}
      />
      <Facts
        facts={[
          [say("inboxes.last_webhook"), when(health.last_webhook_at)],
          [say("inboxes.last_check"), when(health.last_check_at)],
          [say("inboxes.last_refused"), when(health.last_refused_webhook_at)],
          [say("inboxes.last_sent"), when(health.last_sent_at)],
          [say("inboxes.last_failed"), failed ? `${when(failed.at)}: ${failed.detail}` : say("inboxes.never")],
          [say("inboxes.this_hour"), traffic(health.last_hour)],
          [say("inboxes.this_day"), traffic(health.last_day)],
          ...(health.paced_until ? [[say("inboxes.paced_until"), when(health.paced_until)] as const] : []),
          ...(health.registration
            ? [
                [
                  say("inboxes.registration"),
                  `${when(health.registration.at)}: ${health.registration.detail || health.registration.url}`,
                ] as const,
              ]
            : []),
          ...Object.entries(health.facts).map(
            ([name, value]) => [factOf(name, say), <code key={name}>{factValue(name, value, say)}</code>] as const,
          ),
        ]}
      />
      {health.notices.length > 0 && (
        <DataTable
          caption={say("inboxes.notices")}
          columns={[
            { id: "kind", title: say("inboxes.notices"), cell: (one) => one.kind },
            { id: "at", title: say("inboxes.when"), cell: (one) => formats.dateTime(one.at) },
            { id: "detail", title: say("inboxes.detail"), cell: (one) => <code>{JSON.stringify(one.detail)}</code> },
          ]}
          rows={health.notices}
          keyOf={(one) => one.kind}
        />
      )}
    </>
  );
}

function Power({ inbox }: { inbox: InboxRow }) {
  const [say, api, cache, tell, me] = [useSay(), useApi(), useQueryClient(), useTell(), useMe()];
  const params = { params: { path: { inbox_id: inbox.id } } };
  const again = () => void cache.invalidateQueries({ queryKey: INBOXES });
  const enabling = useMutation({
    mutationFn: () => told(api.POST("/inboxes/{inbox_id}/enable", params)),
    onSuccess: () => {
      tell({ text: say("inboxes.enabled", { name: inbox.name }), tone: "ok" });
      again();
    },
    onError: (fault) => tell({ text: faultText(fault, say), tone: "bad" }),
  });
  if (!atLeast(me.role, "admin")) return null;
  return (
    <Panel title={say(inbox.enabled ? "inboxes.on" : "inboxes.off")}>
      <p>{say(inbox.enabled ? "inboxes.on_text" : "inboxes.off_text")}</p>
      <div>
        {inbox.enabled ? (
          <ConfirmDelete
            name={inbox.name}
            text={say("inboxes.disable")}
            done={say("inboxes.disabled", { name: inbox.name })}
            remove={() => told(api.POST("/inboxes/{inbox_id}/disable", params))}
            onRemoved={again}
          >
            <p>{say("inboxes.disable_text")}</p>
          </ConfirmDelete>
        ) : (
          <Button kind="primary" isPending={enabling.isPending} onPress={() => enabling.mutate()}>
            {say("inboxes.enable")}
          </Button>
        )}
      </div>
    </Panel>
  );
}
