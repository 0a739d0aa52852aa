/** One announcement: changed until it has ended, and who has read and confirmed it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useNow, useSay } from "../../../app/desk";
import { DataTable } from "../../../ui/DataTable";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { every } from "../kit/people";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { AnnouncementFields } from "./AnnouncementFields";
import { changesOf, draftOf, isWhole, stateOf } from "./announcement";
import styles from "./Announcements.module.css";

type Figures = Schemas["AnnouncementFigures"];
const AGAIN = 30_000;

export function AnnouncementPage({ id, base }: { id: string; base: string }) {
  const [say, api, now] = [useSay(), useApi(), useNow(60_000)];
  const read = () => told(api.GET("/announcements/{announcement_id}", { params: { path: { announcement_id: id } } }));
  const query = useQuery({ queryKey: ["admin", "announcements", id], queryFn: read, refetchInterval: AGAIN });
  return (
    <Page title={query.data?.title ?? say("area.announcements")} aside={query.data && say(`announce.state.${stateOf(query.data, now)}`)}>
      <AsyncBoundary query={query} loading={<Skeleton lines={5} height={32} />}>
        {(figures) => (
          <>
            {stateOf(figures, now) === "over" ? <Over figures={figures} /> : <Edit figures={figures} base={base} read={read} now={now} />}
            <Receipts figures={figures} />
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Over({ figures }: { figures: Figures }) {
  const say = useSay();
  return (
    <Panel title={figures.title}>
      <p className={styles["body"]}>{figures.body}</p>
      <p className={styles["note"]}>{say("announce.is_over")}</p>
    </Panel>
  );
}

interface EditProps {
  figures: Figures;
  base: string;
  read: () => Promise<Figures>;
  now: number;
}

function Edit({ figures, base, read, now }: EditProps) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const path = { params: { path: { announcement_id: figures.id } } };
  const anew = () => cache.invalidateQueries({ queryKey: ["admin", "announcements"] });
  const item = useItem({
    key: `${base}/${figures.id}`,
    stored: draftOf(figures),
    version: figures.version,
    save: (draft, version) => told(api.PATCH("/announcements/{announcement_id}", { ...path, body: changesOf(draft, figures, version) })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const stored = await read();
      return { stored: draftOf(stored), version: stored.version };
    },
    onSaved: () => void anew(),
  });
  return (
    <ItemForm
      item={item}
      missing={isWhole(item.draft) ? undefined : say("announce.missing")}
      aside={
        <ConfirmDelete
          name={figures.title}
          text={say("announce.end")}
          done={say("announce.ended", { name: figures.title })}
          remove={() => told(api.POST("/announcements/{announcement_id}/end", path))}
          onRemoved={() => void anew()}
        >
          {say("announce.end_more")}
        </ConfirmDelete>
      }
    >
      <AnnouncementFields item={item} hasBegun={stateOf(figures, now) !== "later"} />
    </ItemForm>
  );
}

function Receipts({ figures }: { figures: Figures }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const query = useQuery({
    queryKey: ["admin", "announcements", figures.id, "receipts"],
    queryFn: () => every((page) => told(api.GET("/announcements/{announcement_id}/receipts", { params: { path: { announcement_id: figures.id }, query: page } }))),
    refetchInterval: AGAIN,
  });
  const names = new Intl.ListFormat(formats.locale).format(figures.waiting.map((each) => each.name));
  return (
    <Panel title={say("announce.receipts")}>
      <p className={styles["note"]}>
        {say("announce.read_n", { n: figures.read })}
        {figures.requires_ack && ` · ${say("announce.confirmed_n", { n: figures.acknowledged })}`}
        {" · "}
        {figures.waiting.length === 0 ? say("announce.all_read") : say("announce.waiting", { names })}
      </p>
      <AsyncBoundary query={query}>
        {(receipts) => (
          <DataTable
            caption={say("announce.receipts")}
            keyOf={(one) => one.agent_id}
            rows={receipts}
            empty={say("announce.nobody_read")}
            columns={[
              { id: "who", title: say("announce.who"), cell: (one) => one.agent_name },
              { id: "read", title: say("announce.read_at"), cell: (one) => formats.dateTime(one.read_at) },
              { id: "confirmed", title: say("announce.confirmed_at"), cell: (one) => (one.acknowledged_at === null ? "–" : formats.dateTime(one.acknowledged_at)) },
            ]}
          />
        )}
      </AsyncBoundary>
    </Panel>
  );
}
