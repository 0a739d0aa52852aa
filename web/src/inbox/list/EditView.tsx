/** A saved view made anew: its name, the list it looks through, what it is narrowed to, and its order. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { Select } from "../../ui/fields";
import { Checkbox } from "../../ui/inputs";
import { useInboxes, useTeams, VIEWS_KEY } from "./counts";
import { FilterFields, StatusField } from "./Filters";
import { NameDialog } from "./NameDialog";
import { conditionOf, filterOf, placeName, placeOf, SORTS, viewOf, type Filter, type Place, type SavedView } from "./places";
import { filterIn, placeIn, sortFor, sortIn, sourceOf, statusIn } from "./views";

const LISTS = ["mine", "unassigned", "all"] as const;

export function EditView({ view, close }: { view: SavedView; close: () => void }) {
  const [api, say, queries] = [useApi(), useSay(), useQueryClient()];
  const [name, setName] = useState(view.name);
  const [place, setPlace] = useState<Place>(() => placeIn(view));
  const [shownAs] = useState(() => filterIn(view));
  const [filter, setFilter] = useState<Filter>(() => shownAs ?? statusIn(view));
  const [sort, setSort] = useState(() => sortIn(view.sort));
  const [replaces, setReplaces] = useState(shownAs !== null);
  const refine = (changes: Record<string, string>) => setFilter((before) => filterOf({ ...asked(before), ...changes }));
  const saving = useMutation({
    mutationFn: () => {
      const narrowed = place.kind === "team" ? { ...filter, team: "" } : filter;
      const body = { version: view.version, name, source: sourceOf(place, filter), sort: sortFor(sort), ...(replaces && { filter: conditionOf(narrowed) }) };
      return told(api.PATCH("/views/{view_id}", { params: { path: { view_id: view.id } }, body: body as Schemas["ViewChanges"] }));
    },
    onSuccess: async () => {
      await Promise.all([queries.invalidateQueries({ queryKey: VIEWS_KEY }), queries.invalidateQueries({ queryKey: ["list"] })]);
      close();
    },
  });
  return (
    <NameDialog title={say("list.view_edit_do")} name={name} setName={setName} saving={saving} close={close}>
      <ListField place={place} onChange={setPlace} />
      <StatusField filter={filter} refine={refine} />
      {shownAs === null && <Checkbox label={say("list.view_replace")} hint={say("list.view_replace_hint")} isSelected={replaces} onChange={setReplaces} />}
      {replaces && <FilterFields place={place} filter={filter} refine={refine} />}
      <Select label={say("list.sort")} value={sort} choices={SORTS.map((id) => ({ id, label: say(`list.sort_${id}`) }))} onChange={setSort} />
    </NameDialog>
  );
}

/** As the address has it. */
const asked = (filter: Filter): Record<string, string> => Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, value ?? ""]));

function ListField({ place, onChange }: { place: Place; onChange: (place: Place) => void }) {
  const say = useSay();
  const choices = [
    ...LISTS.map((kind) => ({ id: kind as string, label: say(placeName(kind)) })),
    ...useTeams().map(({ id, name }) => ({ id: `team/${id}`, label: say("list.of_team", { name }) })),
    ...useInboxes().map(({ id, name }) => ({ id: `inbox/${id}`, label: say("list.of_inbox", { name }) })),
  ];
  return <Select label={say("list.view")} value={viewOf(place)} choices={choices} onChange={(view) => onChange(placeOf(view))} />;
}
