/** Which list is shown, with how many each has. */

import { useState } from "react";
import { Button as AriaButton, Header, ListBox, ListBoxItem, ListBoxSection, Popover, Select, SelectValue } from "react-aria-components";
import { useFormats, useSay } from "../../app/desk";
import { Icon } from "../../ui/Icon";
import { isKnown, useCounts, useInboxes, useTeams, useViews } from "./counts";
import type { Count } from "./numbers";
import { DESK_PLACES, placeName, placeOf, viewOf, type Place } from "./places";
import styles from "./list.module.css";

interface Named {
  view: string;
  name: string;
  count: Count | null;
}

export function ViewSwitcher({ place, choose }: { place: Place; choose: (view: string) => void }) {
  const say = useSay();
  const [asked, setAsked] = useState(false);
  const sections = useSections(asked);
  const view = viewOf(place);
  const chosen = sections.flatMap((section) => section.items).find((each) => each.view === view);
  return (
    <Select
      className={styles["switcher"] ?? ""}
      aria-label={say("list.view")}
      value={view}
      onChange={(key) => key !== null && choose(String(key))}
      onOpenChange={(open) => open && setAsked(true)}
    >
      <AriaButton className={styles["view"] ?? ""}>
        <SelectValue className={styles["value"] ?? ""}>
          {() => (
            <>
              <span className={styles["viewName"]}>{chosen?.name ?? say("list.view_gone")}</span>
              {chosen?.count != null && <Number count={chosen.count} />}
            </>
          )}
        </SelectValue>
        <Icon name="down" size={16} />
      </AriaButton>
      <Popover className={styles["popover"] ?? ""} placement="bottom start">
        <ListBox className={styles["menu"] ?? ""} aria-label={say("list.view")}>
          {sections
            .filter(({ items }) => items.length > 0)
            .map(({ title, items }) => (
              <ListBoxSection key={title} id={title}>
                <Header className={styles["section"] ?? ""}>{title}</Header>
                {items.map((each) => (
                  <ListBoxItem key={each.view} id={each.view} textValue={each.name} className={styles["option"] ?? ""}>
                    {({ isSelected }) => (
                      <>
                        <span className={styles["grow"]}>{each.name}</span>
                        {isSelected && <Icon name="check" size={16} />}
                        <Number count={each.count} />
                      </>
                    )}
                  </ListBoxItem>
                ))}
              </ListBoxSection>
            ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

function Number({ count }: { count: Count | null }) {
  const [say, formats] = [useSay(), useFormats()];
  if (count === null)
    return (
      <span className={styles["count"]}>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">{say("list.count_unknown")}</span>
      </span>
    );
  return <span className={styles["count"]}>{`${formats.number(count.n)}${count.more ? "+" : ""}`}</span>;
}

function useSections(asked: boolean): ReadonlyArray<{ title: string; items: Named[] }> {
  const say = useSay();
  const [teams, inboxes, views] = [useTeams(), useInboxes(), useViews()];
  const countOf = useCounts(teams.map((each) => each.id), inboxes.map((each) => each.id), isKnown(teams) && isKnown(inboxes), asked);
  const one = (view: string, name: string): Named => ({ view, name, count: countOf(placeOf(view)) });
  return [
    { title: say("list.views_desk"), items: DESK_PLACES.map((kind) => one(kind, say(placeName(kind)))) },
    {
      title: say("list.views_saved"),
      items: views.filter((each) => each.built_in === null).map((each) => ({ ...one(`saved/${each.id}`, each.name), count: each.count === null ? null : { n: each.count, more: false } })),
    },
    { title: say("list.views_teams"), items: teams.map((each) => one(`team/${each.id}`, each.name)) },
    { title: say("list.views_inboxes"), items: inboxes.map((each) => one(`inbox/${each.id}`, each.name)) },
  ];
}
