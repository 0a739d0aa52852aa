/** One conversation: its header, thread and composer. */

import { useEffect } from "react";
import { useSay } from "../app/desk";
import { BackBanner } from "../app/notices/BackBanner";
import { useConversation } from "../desk/conversation";
import { AsyncBoundary, Skeleton } from "../ui/states";
import { Composer } from "./composer/Composer";
import { Header } from "./thread/Header";
import { Thread } from "./thread/Thread";
import styles from "./Inbox.module.css";

interface Props {
  id: string;
  /** To the list, on a phone. */
  back: (() => void) | undefined;
  /** Shows or hides what is known about the customer. */
  context: () => void;
}

export function ConversationPane({ id, back, context }: Props) {
  const say = useSay();
  const query = useConversation(id);
  const name = query.data?.contact_name;
  useEffect(() => {
    if (name !== undefined) document.title = `${name === "" ? say("inbox.nobody") : name} · Parley`;
  }, [name, say]);
  return (
    <AsyncBoundary query={query} loading={<div className={styles["waiting"]}><Skeleton lines={6} height={32} /></div>}>
      {(conversation) => (
        <div className={styles["pane"]}>
          <Header conversation={conversation} back={back} context={context} />
          <BackBanner conversation={conversation} />
          <Thread conversation={conversation} />
          <Composer conversation={conversation} />
        </div>
      )}
    </AsyncBoundary>
  );
}
