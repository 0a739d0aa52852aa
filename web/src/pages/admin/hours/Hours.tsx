/** Business hours: the calendars there are, and each one's editor. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { RadioCards, TextField } from "../../../ui/fields";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import type { AreaProps } from "../areas";
import { KEYS, useHours, type Hours as Calendar } from "../kit/people";
import { ZonePicker, zoneHere } from "../kit/ZonePicker";
import { errorOf } from "../parts/faults";
import { Fields, ItemForm, Whole } from "../parts/ItemForm";
import { ListPage } from "../parts/ListPage";
import { useItem } from "../parts/useItem";
import { HoursEditor } from "./HoursEditor";
import { BEGINNINGS, type Beginning } from "./beginnings";

export default function Hours({ id, base }: AreaProps) {
  if (id === "new") return <NewCalendar base={base} />;
  return id === undefined ? <List base={base} /> : <One id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, hours] = [useSay(), useHours()];
  return (
    <ListPage
      title={say("area.hours")}
      query={hours}
      keyOf={(one) => one.id}
      nameOf={(one) => one.name}
      nameTitle={say("hours.name")}
      hrefOf={(one) => `${base}/${one.id}`}
      wordsOf={(one) => [one.name, one.zone]}
      columns={[
        { id: "zone", title: say("hours.zone"), cell: (one) => one.zone.replaceAll("_", " ") },
        { id: "now", title: say("hours.state"), cell: (one) => <OpenNow calendar={one} /> },
      ]}
      icon="clock"
      emptyTitle={say("hours.none")}
      emptyText={say("hours.none_more")}
      newHref={`${base}/new`}
      newText={say("hours.new")}
    />
  );
}

export function OpenNow({ calendar }: { calendar: Calendar }) {
  const [say, formats] = [useSay(), useFormats(calendar.zone)];
  if (calendar.is_open) return say("hours.open_now");
  if (calendar.next_opening_at === null) return say("hours.never");
  return say("hours.closed_now", { time: formats.dateTime(calendar.next_opening_at) });
}

function NewCalendar({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const item = useItem({
    key: `${base}/new`,
    stored: { name: "", zone: zoneHere(), begin: "office" as Beginning },
    version: 0,
    isNew: true,
    save: ({ name, zone, begin }) => told(api.POST("/hours", { body: { name: name.trim(), zone, weekly: BEGINNINGS[begin], exceptions: {} } })),
    onSaved: (made) => {
      void cache.invalidateQueries({ queryKey: KEYS.hours });
      go(`${base}/${made.id}`);
    },
  });
  const { draft, change, refusal } = item;
  return (
    <Page title={say("hours.new")}>
      <ItemForm item={item} missing={draft.name.trim() === "" || draft.zone === "" ? say("hours.name_first") : undefined}>
        <Fields>
          <TextField label={say("hours.name")} value={draft.name} onChange={(name) => change({ name })} maxLength={100} error={errorOf(refusal, "name")} />
          <ZonePicker label={say("hours.zone")} hint={say("hours.zone_hint")} value={draft.zone} onChange={(zone) => change({ zone })} error={errorOf(refusal, "zone")} />
          <Whole>
            <RadioCards
              label={say("hours.begin")}
              value={draft.begin}
              onChange={(begin) => change({ begin })}
              choices={(["office", "always", "empty"] as const).map((id) => ({ id, label: say(`hours.begin.${id}`) }))}
            />
          </Whole>
        </Fields>
      </ItemForm>
    </Page>
  );
}

function One({ id, base }: { id: string; base: string }) {
  const [say, api] = [useSay(), useApi()];
  const read = () => told(api.GET("/hours/{hours_id}", { params: { path: { hours_id: id } } }));
  const query = useQuery({ queryKey: [...KEYS.hours, id], queryFn: read });
  return (
    <Page title={query.data?.name ?? say("area.hours")} aside={query.data && <OpenNow calendar={query.data} />}>
      <AsyncBoundary query={query} loading={<Skeleton lines={7} height={32} />}>
        {(calendar) => <HoursEditor calendar={calendar} base={base} read={read} />}
      </AsyncBoundary>
    </Page>
  );
}
