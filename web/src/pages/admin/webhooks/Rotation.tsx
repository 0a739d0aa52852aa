/** Another secret for an endpoint: for a day both sign. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Panel } from "../../../ui/Page";
import { OnceDialog } from "../parts/OnceDialog";
import { Refusal } from "../parts/SaveBar";
import { ENDPOINTS, type Endpoint } from "./Webhooks";

export function Rotation({ endpoint }: { endpoint: Endpoint }) {
  const [say, api, cache, formats] = [useSay(), useApi(), useQueryClient(), useFormats()];
  const rotating = useMutation({
    mutationFn: () =>
      told(
        api.POST("/webhook-endpoints/{endpoint_id}/secret", {
          params: { path: { endpoint_id: endpoint.id } },
          body: { version: endpoint.version },
        }),
      ),
    onSettled: () => void cache.invalidateQueries({ queryKey: ENDPOINTS }),
  });
  return (
    <Panel title={say("webhooks.secret")}>
      <p>{say("webhooks.secret_use")}</p>
      <p>{say("webhooks.rotate_text")}</p>
      {endpoint.old_secret_until && <p>{say("webhooks.old_until", { time: formats.dateTime(endpoint.old_secret_until) })}</p>}
      <Refusal fault={rotating.error} />
      <div>
        <Button icon="key" isPending={rotating.isPending} onPress={() => rotating.mutate()}>
          {say("webhooks.rotate")}
        </Button>
      </div>
      {rotating.data && (
        <OnceDialog
          title={endpoint.url}
          secrets={[{ label: say("webhooks.secret"), value: rotating.data.secret }]}
          onClose={rotating.reset}
        />
      )}
    </Panel>
  );
}
