/** What is known about the customer of a conversation, and about the case: one request first, the rest when it is looked at. */

import { useQuery } from "@tanstack/react-query";
import { useContext, useState } from "react";
import { OverlayTriggerStateContext, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { told } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { Level } from "../../contact/Section";
import { screenKey, useLiveContact } from "../../contact/queries";
import { Timeline } from "../../contact/Timeline";
import { IconButton } from "../../ui/Button";
import { AsyncBoundary, Skeleton } from "../../ui/states";
import { CaseTab } from "./CaseTab";
import styles from "./Context.module.css";
import { useLiveCase } from "./live";
import { ProfileTab } from "./ProfileTab";
import { SideThreads } from "./SideThreads";
import { TasksTab } from "./TasksTab";
import { Why } from "./Why";

const TABS = ["profile", "timeline", "case", "tasks", "side", "why"] as const;
type Place = (typeof TABS)[number];
/** The one that was open last: whoever goes through conversations looks for the same thing in each. */
let last: Place = "profile";

const ENTRIES = 1;
const LINES = 15;

export default function ContextPanel({ conversationId }: { conversationId: string }) {
  const [say, api] = [useSay(), useApi()];
  const [place, setPlace] = useState<Place>(last);
  // In a sheet that covers the page, which somebody has to get out of again by touch.
  const sheet = useContext(OverlayTriggerStateContext);
  const screen = useQuery({
    queryKey: screenKey(conversationId),
    queryFn: () =>
      told(
        api.GET("/conversations/{conversation_id}/screen", {
          params: { path: { conversation_id: conversationId }, query: { entries: ENTRIES, lines: LINES } },
        }),
      ),
  });
  const contact = screen.data?.contact ?? null;
  useLiveCase(conversationId);
  useLiveContact([...new Set([contact?.id, ...(screen.data?.person ?? []).map((each) => each.id)].filter((id) => id !== undefined))].slice(0, 5));
  const choose = (key: Place) => {
    last = key;
    setPlace(key);
  };
  return (
    <Level value={3}>
      <Tabs className={styles["tabs"] ?? ""} selectedKey={place} onSelectionChange={(key) => choose(key as Place)}>
        {sheet && (
          <div className={styles["close"]}>
            <IconButton icon="close" label={say("contacts.close")} onPress={() => sheet.close()} />
          </div>
        )}
        <TabList aria-label={say("context.parts")} className={styles["list"] ?? ""}>
          {TABS.map((id) => (
            <Tab key={id} id={id} className={styles["tab"] ?? ""}>
              {say(`context.tab.${id}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="profile" className={styles["panel"] ?? ""}>
          <AsyncBoundary query={screen} loading={<Skeleton lines={8} />}>
            {(found) => <ProfileTab conversationId={conversationId} screen={found} />}
          </AsyncBoundary>
        </TabPanel>
        <TabPanel id="timeline" className={styles["panel"] ?? ""}>
          <AsyncBoundary query={screen} loading={<Skeleton lines={8} />}>
            {(found) => (found.contact ? <Timeline contactId={found.contact.id} first={found.timeline} /> : <p>{say("context.no_contact")}</p>)}
          </AsyncBoundary>
        </TabPanel>
        <TabPanel id="case" className={styles["panel"] ?? ""}>
          <CaseTab conversationId={conversationId} />
        </TabPanel>
        <TabPanel id="tasks" className={styles["panel"] ?? ""}>
          <TasksTab conversationId={conversationId} />
        </TabPanel>
        <TabPanel id="side" className={styles["panel"] ?? ""}>
          <SideThreads conversationId={conversationId} />
        </TabPanel>
        <TabPanel id="why" className={styles["panel"] ?? ""}>
          <Why conversationId={conversationId} />
        </TabPanel>
      </Tabs>
    </Level>
  );
}
