/** The rows: one tab stop, arrows between them, those that are seen in the document and no others. */

import { memo, useMemo } from "react";
import { Collection, GridList, GridListItem, GridListLoadMoreItem, Virtualizer, type GridListItemProps, type Selection } from "react-aria-components";
import { channelName } from "../../app/channels";
import { useChosen, useFormats, useMe, useSay } from "../../app/desk";
import { enlargement } from "../../app/width";
import type { Formats } from "../../i18n/formats";
import type { Say } from "../../i18n/texts";
import { Skeleton } from "../../ui/states";
import { chipsOf } from "./chips";
import { CurrentContext } from "./current";
import type { Listed, Shown } from "./order";
import { ConversationRow } from "./Row";
import { RowLayout } from "./rowLayout";
import { RowRoot } from "./rowRoot";
import styles from "./row.module.css";

const ROW = { comfortable: 76, compact: 56 } as const;

interface Props {
  shown: readonly Shown[];
  label: string;
  current: string | null;
  selected: ReadonlySet<string>;
  select: (ids: ReadonlySet<string>) => void;
  open: (listed: Listed) => void;
  labels: ReadonlyMap<string, string>;
  more?: { load: () => void; loading: boolean } | undefined;
}

/** Another conversation that is opened changes two rows, not the list. */
export function ConversationGrid({ current, ...list }: Props) {
  return (
    <CurrentContext value={current}>
      <Rows {...list} />
    </CurrentContext>
  );
}

const Rows = memo(function Rows({ shown, label, selected, select, open, labels, more }: Omit<Props, "current">) {
  const [say, formats, me] = [useSay(), useFormats(), useMe()];
  const { density } = useChosen().preferences;
  const options = useMemo(() => ({ rowSize: Math.round(ROW[density] * enlargement()) }), [density]);
  const chosen = (keys: Selection) => select(keys === "all" ? new Set(shown.map(({ listed }) => listed.row.id)) : new Set([...keys].map(String)));
  const act = (key: string) => {
    const found = shown.find(({ listed }) => listed.row.id === key);
    if (found !== undefined) open(found.listed);
  };
  return (
    <Virtualizer layout={RowLayout} layoutOptions={options}>
      <RowRoot>
        <GridList
          aria-label={label}
          className={styles["grid"] ?? ""}
          data-selecting={selected.size > 0}
          selectionMode="multiple"
          disallowTypeAhead
          selectedKeys={selected as Set<string>}
          onSelectionChange={chosen}
          onAction={(key) => act(String(key))}
        >
          <Collection items={shown} dependencies={[say, labels, formats]}>
            {({ listed, leftAt }: Shown) => (
              <GridListItem id={listed.row.id} textValue={sentence(listed, say, formats, me.id)} className={styles["item"] ?? ""} render={numbered}>
                {({ isHovered, isFocusVisible, isFocusVisibleWithin, state }) => (
                  <ConversationRow
                    listed={listed}
                    leaving={leftAt !== null}
                    labels={labels}
                    choosing={isHovered || isFocusVisible || isFocusVisibleWithin || !state.selectionManager.isEmpty}
                  />
                )}
              </GridListItem>
            )}
          </Collection>
          {more && (
            <GridListLoadMoreItem onLoadMore={more.load} isLoading={more.loading} className={styles["loader"] ?? ""}>
              <Skeleton lines={2} height={20} />
            </GridListLoadMoreItem>
          )}
        </GridList>
      </RowRoot>
    </Virtualizer>
  );
});

const numbered: NonNullable<GridListItemProps["render"]> = (props, { id, state }) => (
  <div {...props} aria-rowindex={id === undefined ? undefined : (state.collection.getItem(id)?.index ?? 0) + 1} />
);

/** All of a row in one sentence, for who hears it. */
function sentence(listed: Listed, say: Say, formats: Formats, me: string): string {
  const { row } = listed;
  const name = row.contact_name === "" ? say("inbox.nobody") : row.contact_name;
  const parts = [name, channelName(row.channel, say)];
  if (row.unread > 0) parts.push(say("list.unread", { n: row.unread }));
  parts.push(...chipsOf(listed, Date.now(), say, formats, me).map((chip) => chip.text));
  const said = listed.words ?? row.last_message?.preview ?? "";
  if (said !== "") parts.push(said);
  return [...parts, formats.dateTime(row.last_activity_at)].join(", ");
}
