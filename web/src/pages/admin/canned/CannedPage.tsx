/** One canned response: its text in each language, where it is for, its files, and how it reads for a customer. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Notice, Skeleton } from "../../../ui/states";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { CANNED, type CannedText } from "./Canned";
import { CannedForm } from "./CannedForm";
import { CannedFiles } from "./CannedFiles";
import { Preview } from "./Preview";
import { BLANK, draftOf, type Draft } from "./text";

export function NewCanned({ base }: { base: string }) {
  const [say, api, cache, me] = [useSay(), useApi(), useQueryClient(), useMe()];
  const [, go] = useLocation();
  const scope = atLeast(me.role, "supervisor") ? "all" : "personal";
  const item = useItem<Draft, CannedText>({
    key: "canned/new",
    stored: { ...BLANK, scope },
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/canned-responses", { body: draft })),
    onSaved: (answer) => {
      void cache.invalidateQueries({ queryKey: CANNED });
      go(`${base}/${answer.id}`);
    },
  });
  const { shortcut, title, body } = item.draft;
  const missing = [shortcut, title, body].some((text) => text.trim() === "") ? say("canned.missing") : undefined;
  return (
    <Page title={say("canned.new")} wide>
      <ItemForm item={item} missing={missing}>
        <CannedForm item={item} />
      </ItemForm>
    </Page>
  );
}

export function CannedPage({ id, base }: { id: string; base: string }) {
  const [say, api] = [useSay(), useApi()];
  const text = useQuery({
    queryKey: [...CANNED, id],
    queryFn: () => told(api.GET("/canned-responses/{canned_response_id}", { params: { path: { canned_response_id: id } } })),
  });
  return (
    <Page title={text.data?.title ?? say("area.canned")} wide>
      <AsyncBoundary query={text} loading={<Skeleton lines={4} height={76} />}>
        {(found) => (
          <>
            <Edit text={found} base={base} />
            <CannedFiles text={found} />
            <Preview text={found} />
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Edit({ text, base }: { text: CannedText; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const path = { canned_response_id: text.id };
  const item = useItem({
    key: `canned/${text.id}`,
    stored: draftOf(text),
    version: text.version,
    save: ({ team_id, ...draft }, version) =>
      told(
        api.PATCH("/canned-responses/{canned_response_id}", {
          params: { path },
          body: { ...draft, ...(draft.scope === "team" && team_id ? { team_id } : {}), version },
        }),
      ),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/canned-responses/{canned_response_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: CANNED }),
  });
  if (!text.editable) return <Notice icon="lock" tone="warn" title={say("state.denied")} />;
  return (
    <ItemForm
      item={item}
      aside={
        <ConfirmDelete
          name={text.title}
          remove={() => told(api.DELETE("/canned-responses/{canned_response_id}", { params: { path } }))}
          onRemoved={() => {
            item.discard();
            void cache.invalidateQueries({ queryKey: CANNED });
            go(base);
          }}
        >
          <p>{say("canned.delete_text")}</p>
        </ConfirmDelete>
      }
    >
      <CannedForm item={item} />
    </ItemForm>
  );
}
