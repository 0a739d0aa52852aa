/** Why a conversation waits, or who got it: a page of its own for links. */

import { Link, useParams } from "wouter";
import { useSay } from "../../app/desk";
import { useLiveCase } from "../../inbox/context/live";
import { Why } from "../../inbox/context/Why";
import { Page } from "../../ui/Page";
import styles from "./Contacts.module.css";

export default function Routing() {
  const { id = "" } = useParams<{ id: string }>();
  const say = useSay();
  useLiveCase(id);
  return (
    <Page title={say("context.why")} wide aside={<Link href={`/inbox/all?c=${id}`}>{say("context.to_conversation")}</Link>}>
      <div className={styles["box"]}>
        <Why key={id} conversationId={id} />
      </div>
    </Page>
  );
}
