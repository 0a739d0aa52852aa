/** The inbox: list, conversation, context. Three panes on a desktop, two on a tablet, one at a time on a phone. */

import { Suspense, lazy, memo, useDeferredValue, useEffect, useState, type CSSProperties } from "react";
import { Modal, ModalOverlay, Dialog as AriaDialog } from "react-aria-components";
import { useSay } from "../app/desk";
import { useWidth } from "../app/width";
import { useOpenConversation } from "../desk/conversation";
import { withTexts } from "../i18n/catalogues";
import { useCommand } from "../keys/Keys";
import { Splitter } from "../ui/Splitter";
import { Notice, Skeleton } from "../ui/states";
import { AddressContext, useGoing, useHere } from "./address";
import { ConversationPane } from "./ConversationPane";
import { ListColumn } from "./list/ListColumn";
import { OpenTabs } from "./list/OpenTabs";
import { Offers } from "./offers/Offers";
import { PANES, usePane } from "./panes";
import styles from "./Inbox.module.css";

const ContextPanel = lazy(() => withTexts(["customers"], import("./context/ContextPanel")));

/** Drawn anew when their own address is another one. */
const [List, Tabs] = [memo(ListColumn), memo(OpenTabs)];

export default function Inbox() {
  const say = useSay();
  const width = useWidth();
  const address = useHere();
  const { leave } = useGoing();
  const { current, open } = address;
  // What was said is painted first, and then what stands beside it.
  const later = useDeferredValue(address);
  const [context, setContext] = useState(true);
  const [sheet, setSheet] = useState(false);
  const wide = width === "desktop";
  const [list, customer] = [usePane("list"), usePane("context")];
  const toggle = () => (wide ? setContext((shown) => !shown) : setSheet((shown) => !shown));
  useCommand("context", toggle, current === null ? say("inbox.nothing_open") : null);
  useEffect(() => setSheet(false), [current, wide]);
  const alone = width === "phone" && current !== null;
  useEffect(() => {
    document.documentElement.dataset["alone"] = String(alone);
    return () => void delete document.documentElement.dataset["alone"];
  }, [alone]);
  useEffect(() => {
    if (current === null) document.title = `${say("nav.inbox")} · Parley`;
  }, [current, say]);

  const panel = current !== null && (
    <Suspense fallback={<Skeleton lines={6} />}>
      {later.current === current ? <ContextPanel key={current} conversationId={current} /> : <Skeleton lines={6} />}
    </Suspense>
  );
  return (
    <div className={styles["inbox"]} data-width={width} data-context={wide && context && current !== null} style={wide ? sizes(list.width, customer.width) : undefined}>
      {open.map((id) => (
        <Opened key={id} id={id} />
      ))}
      <h1 className="visually-hidden">{say("nav.inbox")}</h1>
      <section className={styles["list"]} aria-label={say("inbox.list")} hidden={width === "phone" && current !== null}>
        <Offers />
        <AddressContext value={later}>
          <List />
        </AddressContext>
        {wide && <Splitter label={say("inbox.list_width")} pane="start" {...PANES.list} {...list} />}
      </section>
      <section className={styles["talk"]} aria-label={say("inbox.conversation")} hidden={width === "phone" && current === null}>
        {open.length > 1 && width !== "phone" && (
          <AddressContext value={later}>
            <Tabs />
          </AddressContext>
        )}
        {current === null ? (
          <Notice icon="inbox" title={say("inbox.nothing_open")}>
            <p>{say("inbox.nothing_open_more")}</p>
          </Notice>
        ) : (
          <ConversationPane key={current} id={current} back={width === "phone" ? leave : undefined} context={toggle} />
        )}
      </section>
      {wide && context && current !== null && (
        <aside className={styles["context"]} aria-label={say("inbox.context")}>
          <Splitter label={say("inbox.context_width")} pane="end" {...PANES.context} {...customer} />
          <div className={styles["known"]}>{panel}</div>
        </aside>
      )}
      {!wide && (
        <ModalOverlay isOpen={sheet} onOpenChange={setSheet} isDismissable className={styles["overlay"] ?? ""}>
          <Modal className={styles["sheet"] ?? ""}>
            <AriaDialog aria-label={say("inbox.context")} className={styles["sheetBody"] ?? ""}>
              {panel}
            </AriaDialog>
          </Modal>
        </ModalOverlay>
      )}
    </div>
  );
}

const px = (width: number | null): string | undefined => (width === null ? undefined : `${width}px`);

function sizes(list: number | null, context: number | null): CSSProperties {
  return { "--list": px(list), "--context": px(context) } as CSSProperties;
}

/** Every open tab stays live, whichever is shown. */
function Opened({ id }: { id: string }) {
  useOpenConversation(id);
  return null;
}
