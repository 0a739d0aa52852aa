/** How an endpoint fares, and a test of it. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Panel } from "../../../ui/Page";
import { AsyncBoundary } from "../../../ui/states";
import { Facts } from "../parts/Facts";
import { Refusal } from "../parts/SaveBar";
import { Sign } from "../inboxes/WebhookStep";
import { ENDPOINTS, type Endpoint } from "./Webhooks";

const AGAIN = 10_000;

export function Fares({ endpoint }: { endpoint: Endpoint }) {
  const [say, api] = [useSay(), useApi()];
  const params = { params: { path: { endpoint_id: endpoint.id } } };
  const numbers = useQuery({
    queryKey: [...ENDPOINTS, endpoint.id, "statistics"],
    queryFn: () => told(api.GET("/webhook-endpoints/{endpoint_id}/statistics", params)),
    refetchInterval: AGAIN,
  });
  const testing = useMutation({ mutationFn: () => told(api.POST("/webhook-endpoints/{endpoint_id}/test", params)) });
  const answer = testing.data;
  return (
    <>
      <Panel
        title={say("webhooks.test")}
        aside={
          <Button icon="play" isPending={testing.isPending} onPress={() => testing.mutate()}>
            {say("webhooks.test_now")}
          </Button>
        }
      >
        <p>{say("webhooks.test_text")}</p>
        {answer && (
          <Sign
            shade={answer.delivered ? "ok" : "bad"}
            text={
              answer.status === null
                ? say("webhooks.no_answer", { error: answer.error })
                : say("webhooks.test_answered", { status: String(answer.status), ms: answer.took_ms, excerpt: answer.excerpt })
            }
          />
        )}
        <Refusal fault={testing.error} />
      </Panel>
      <Panel title={say("webhooks.fares")}>
        <AsyncBoundary query={numbers}>{(found) => <Numbers found={found} />}</AsyncBoundary>
      </Panel>
    </>
  );
}

function Numbers({ found }: { found: Schemas["EndpointStatisticsView"] }) {
  const [say, formats] = [useSay(), useFormats()];
  const when = (at: string | null) => (at ? formats.dateTime(at) : say("inboxes.never"));
  return (
    <>
      {found.is_down && <Sign shade="bad" text={say("webhooks.down", { since: when(found.failing_since) })} />}
      <Facts
        facts={[
          [say("webhooks.state.delivered"), formats.number(found.delivered)],
          [say("webhooks.state.waiting"), found.waiting >= 100 ? "100+" : formats.number(found.waiting)],
          [say("webhooks.state.exhausted"), formats.number(found.exhausted)],
          [say("webhooks.failed_attempts"), formats.number(found.failed_attempts)],
          [say("webhooks.average"), say("webhooks.ms", { n: found.average_ms })],
          [say("webhooks.last_success"), when(found.last_success_at)],
          [say("webhooks.last_failure"), when(found.last_failure_at)],
        ]}
      />
    </>
  );
}
