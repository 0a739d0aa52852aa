/** What a list is narrowed to, and in what order it stands. */

import { useQuery } from "@tanstack/react-query";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { told, type Schemas } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Select } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { useInboxes, useTeams } from "./counts";
import { filtersIn, PRIORITIES, SORTS, STATUSES, type Filter, type Place, type Sort } from "./places";
import styles from "./list.module.css";

const ANY = "any";
const LONG = 5 * 60_000;

/** Names of labels by their keys. */
export function useLabels(): ReadonlyArray<{ key: string; name: string }> {
  const api = useApi();
  const { data } = useQuery({ queryKey: ["labels", "of lists"], queryFn: () => told(api.GET("/labels")), staleTime: LONG });
  return (data?.labels ?? NONE) as unknown as ReadonlyArray<Pick<Schemas["LabelBody"], "key" | "name">>;
}

const NONE: readonly never[] = [];

interface Props {
  place: Place;
  filter: Filter;
  refine: (changes: Record<string, string>) => void;
}

export function Filters({ place, filter, refine }: Props) {
  const say = useSay();
  const n = filtersIn(filter);
  return (
    <DialogTrigger>
      <AriaButton className={styles["small"] ?? ""} data-on={n > 0} aria-label={n > 0 ? say("list.filters_on", { n }) : say("list.filter")}>
        <Icon name="filter" size={16} />
        {n > 0 && <span aria-hidden="true">{n}</span>}
      </AriaButton>
      <Popover className={styles["popover"] ?? ""} placement="bottom end">
        <Dialog className={styles["filters"] ?? ""} aria-label={say("list.filter")}>
          <Fields place={place} filter={filter} refine={refine} />
          {n > 0 && <Button onPress={() => refine({ status: "", channel: "", label: "", priority: "", team: "" })}>{say("list.filter_clear")}</Button>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Fields({ place, filter, refine }: Props) {
  const fixed = place.kind === "snoozed" || place.kind === "resolved";
  return (
    <>
      {!fixed && <StatusField filter={filter} refine={refine} />}
      <FilterFields place={place} filter={filter} refine={refine} />
    </>
  );
}

/** A list is of one status. */
export function StatusField({ filter, refine }: Omit<Props, "place">) {
  const say = useSay();
  return <Select label={say("list.status")} value={filter.status ?? "open"} choices={STATUSES.map((id) => ({ id, label: say(`list.status_${id}`) }))} onChange={(status) => refine({ status })} />;
}

export function FilterFields({ place, filter, refine }: Props) {
  const say = useSay();
  const [labels, teams] = [useLabels(), useTeams()];
  const channels = [...new Set(useInboxes().map((inbox) => inbox.channel))];
  const field = (name: string, label: string, value: string | null, choices: ReadonlyArray<{ id: string; label: string }>) => (
    <Select
      label={label}
      value={value === null || value === "" ? ANY : value}
      choices={[{ id: ANY, label: say("list.any") }, ...choices]}
      onChange={(chosen) => refine({ [name]: chosen === ANY ? "" : chosen })}
    />
  );
  return (
    <>
      {field("channel", say("list.channel"), filter.channel, channels.map((id) => ({ id, label: channelName(id, say) })))}
      {field("label", say("list.label"), filter.label, labels.map(({ key, name }) => ({ id: key, label: name })))}
      {field("priority", say("list.do_priority"), filter.priority, PRIORITIES.map((id) => ({ id, label: say(`list.priority_${id}`) })))}
      {place.kind !== "team" && field("team", say("list.team"), filter.team, teams.map(({ id, name }) => ({ id, label: name })))}
    </>
  );
}

export function SortBy({ sort, refine }: { sort: Sort; refine: (changes: Record<string, string>) => void }) {
  const say = useSay();
  return (
    <div className={styles["sort"]}>
      <Select label={say("list.sort")} value={sort} choices={SORTS.map((id) => ({ id, label: say(`list.sort_${id}`) }))} onChange={(chosen) => refine({ sort: chosen })} />
    </div>
  );
}
