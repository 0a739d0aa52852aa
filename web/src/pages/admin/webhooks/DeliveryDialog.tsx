/** One delivery: what is sent, and how each attempt went. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Dialog } from "../../../ui/Dialog";
import { AsyncBoundary } from "../../../ui/states";
import { Copy } from "../parts/Copy";
import form from "../parts/parts.module.css";
import { ENDPOINTS } from "./Webhooks";

type Attempt = Schemas["AttemptView"];

export function DeliveryDialog({ endpointId, id, onClose }: { endpointId: string; id: string; onClose: () => void }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const delivery = useQuery({
    queryKey: [...ENDPOINTS, endpointId, "delivery", id],
    queryFn: () =>
      told(
        api.GET("/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}", {
          params: { path: { endpoint_id: endpointId, delivery_id: id } },
        }),
      ),
  });
  const columns: Column<Attempt>[] = [
    { id: "at", title: say("inboxes.when"), cell: (one) => formats.dateTime(one.at) },
    { id: "status", title: say("webhooks.answer"), cell: (one) => (one.held ? say("webhooks.held") : (one.status ?? one.error)) },
    { id: "ms", title: say("webhooks.took"), number: true, cell: (one) => say("webhooks.ms", { n: one.took_ms }) },
    { id: "excerpt", title: say("webhooks.excerpt"), cell: (one) => <code>{one.excerpt}</code> },
  ];
  return (
    <Dialog title={delivery.data?.delivery.event_type ?? say("webhooks.event")} isOpen wide onClose={onClose}>
      <AsyncBoundary query={delivery}>
        {(found) => (
          <div className={form["form"]}>
            <Copy label="webhook-id" value={found.delivery.event_id} />
            <Copy label={say("webhooks.request")} value={JSON.stringify(found.body, null, 2)} isBlock />
            <DataTable
              caption={say("webhooks.attempts")}
              columns={columns}
              rows={found.attempts}
              keyOf={(one) => one.at}
              empty={say("webhooks.no_attempts")}
            />
          </div>
        )}
      </AsyncBoundary>
      <div className={form["actions"]}>
        <Button onPress={onClose}>{say("inboxes.close")}</Button>
      </div>
    </Dialog>
  );
}
