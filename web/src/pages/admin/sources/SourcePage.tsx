/** One data source: how it is asked, what is made of its answer, and a trial with a contact. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { BLANK, bodyOf, draftOf, type Draft, type Source } from "./source";
import { SourceForm } from "./SourceForm";
import { SOURCES } from "./Sources";
import { Trial } from "./Trial";

export function NewSource({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [credentials, enter] = useState<Record<string, string>>({});
  const item = useItem<Draft, Source>({
    key: "sources/new",
    stored: BLANK,
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/data-sources", { body: bodyOf(draft, credentials) })),
    onSaved: (answer) => {
      void cache.invalidateQueries({ queryKey: SOURCES });
      go(`${base}/${answer.id}`);
    },
  });
  return (
    <Page title={say("sources.new")}>
      <ItemForm item={item} missing={useMissing(item.draft)}>
        <SourceForm item={item} credentials={credentials} enter={enter} />
      </ItemForm>
    </Page>
  );
}

function useMissing({ name, key, mapping }: Draft): string | undefined {
  const say = useSay();
  if (name.trim() === "" || key.trim() === "") return say("labels.missing");
  return mapping.some((each) => each.name.trim() !== "" && each.path.trim() !== "") ? undefined : say("sources.no_mapping");
}

export function SourcePage({ id, base }: { id: string; base: string }) {
  const [say, api] = [useSay(), useApi()];
  const source = useQuery({
    queryKey: [...SOURCES, id],
    queryFn: () => told(api.GET("/data-sources/{source_id}", { params: { path: { source_id: id } } })),
  });
  return (
    <Page title={source.data?.name ?? say("area.sources")}>
      <AsyncBoundary query={source} loading={<Skeleton lines={4} height={76} />}>
        {(found) => (
          <>
            <Edit source={found} base={base} />
            <Trial source={found} />
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Edit({ source, base }: { source: Source; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [credentials, enter] = useState<Record<string, string>>({});
  const path = { source_id: source.id };
  const isEntered = Object.values(credentials).some((value) => value !== "");
  const item = useItem<Draft, Source>({
    key: `sources/${source.id}`,
    stored: draftOf(source),
    version: source.version,
    save: (draft, version) =>
      told(api.PUT("/data-sources/{source_id}", { params: { path }, body: { ...bodyOf(draft, credentials), version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/data-sources/{source_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => {
      enter({});
      void cache.invalidateQueries({ queryKey: SOURCES });
    },
  });
  return (
    <ItemForm
      item={{ ...item, isDirty: item.isDirty || isEntered }}
      missing={useMissing(item.draft)}
      aside={
        <ConfirmDelete
          name={source.name}
          remove={() => told(api.DELETE("/data-sources/{source_id}", { params: { path } }))}
          onRemoved={() => {
            item.discard();
            void cache.invalidateQueries({ queryKey: SOURCES });
            go(base);
          }}
        >
          <p>{say("sources.delete_text")}</p>
        </ConfirmDelete>
      }
    >
      <SourceForm item={item} credentials={credentials} enter={enter} isStored />
    </ItemForm>
  );
}
