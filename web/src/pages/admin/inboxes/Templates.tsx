/** An inbox's message templates: the provider's list, read anew on request, and whether one would go as it is filled in. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { AsOf } from "../../../ui/AsOf";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { TextField } from "../../../ui/fields";
import { Panel } from "../../../ui/Page";
import { AsyncBoundary } from "../../../ui/states";
import { useTell } from "../../../ui/Toasts";
import { faultText } from "../parts/faults";
import { found } from "../parts/found";
import type { InboxRow } from "./signs";
import { TemplateCheck } from "./TemplateCheck";

type Template = Schemas["TemplateView"];

export function Templates({ inbox }: { inbox: InboxRow }) {
  const [say, api, cache, tell, me] = [useSay(), useApi(), useQueryClient(), useTell(), useMe()];
  const [words, find] = useState("");
  const [checking, check] = useState<Template | null>(null);
  const queryKey = ["inboxes", inbox.id, "templates"];
  const params = { params: { path: { inbox_id: inbox.id } } };
  const templates = useQuery({ queryKey, queryFn: () => told(api.GET("/inboxes/{inbox_id}/templates", params)) });
  const syncing = useMutation({
    mutationFn: () => told(api.POST("/inboxes/{inbox_id}/templates/sync", params)),
    onSuccess: ({ found: n, changed }) => {
      tell({ text: say("inboxes.synced", { n, changed }), tone: "ok" });
      void cache.invalidateQueries({ queryKey });
    },
    onError: (fault) => tell({ text: faultText(fault, say), tone: "bad" }),
  });
  const columns: Column<Template>[] = [
    { id: "name", title: say("admin.name"), cell: (one) => one.name },
    { id: "language", title: say("inboxes.language"), cell: (one) => one.language },
    {
      id: "status",
      title: say("admin.state"),
      cell: (one) => (
        <>
          {say(`inboxes.template.${one.status}`)}
          {one.reason && `: ${one.reason}`}
        </>
      ),
    },
    { id: "category", title: say("inboxes.category"), cell: (one) => one.category ?? "" },
    { id: "text", title: say("inboxes.text"), cell: (one) => one.parts?.body ?? "" },
    {
      id: "do",
      title: say("inboxes.try"),
      cell: (one) => (
        <Button kind="quiet" onPress={() => check(one)} aria-label={`${say("inboxes.try")}: ${one.name}, ${one.language}`}>
          {say("inboxes.try")}
        </Button>
      ),
    },
  ];
  return (
    <Panel
      title={say("inboxes.templates")}
      aside={
        atLeast(me.role, "admin") && (
          <Button icon="refresh" isPending={syncing.isPending} onPress={() => syncing.mutate()}>
            {say("inboxes.sync")}
          </Button>
        )
      }
    >
      <AsyncBoundary query={templates}>
        {(list) => (
          <>
            {list.listed_at ? <AsOf at={list.listed_at} /> : <p>{say("inboxes.never_listed")}</p>}
            {list.items.length > 0 && <TextField label={say("admin.search")} value={words} onChange={find} type="search" />}
            <DataTable
              caption={say("inboxes.templates")}
              columns={columns}
              rows={found(list.items, words, (one) => [one.name, one.language, one.parts?.body, one.category])}
              keyOf={(one) => one.id}
              toneOf={(one) =>
                one.status === "rejected" || one.status === "disabled" ? "bad" : one.status === "approved" ? undefined : "warn"
              }
              empty={say("inboxes.no_templates")}
            />
          </>
        )}
      </AsyncBoundary>
      {checking && <TemplateCheck inboxId={inbox.id} template={checking} onClose={() => check(null)} />}
    </Panel>
  );
}
