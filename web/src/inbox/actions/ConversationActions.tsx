/** What can be done with a conversation: buttons and a menu, for the header of its thread; one sheet on a phone. */

import { Suspense, lazy, useCallback, useMemo, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useSay } from "../../app/desk";
import { useWidth } from "../../app/width";
import { useHear } from "../../desk/bus";
import type { Conversation } from "../../desk/conversation";
import { Kbd } from "../../keys/Kbd";
import { useCommand, useKeysOf } from "../../keys/Keys";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useActs, useAsker, useOnePress } from "./acts";
import { asksMore, type Asked } from "./dialogActs";
import { useFollowing } from "./following";
import { ACT_ICONS, textOf } from "./faces";
import { ACTS, isOffered, refusalOf, type Act } from "./rules";
import { Sheet } from "./Sheet";
import styles from "./actions.module.css";

const ActionDialog = lazy(() => import("./dialogs"));
/** These stand beside the menu, where there is room. */
const BESIDE = ["assign", "transfer", "snooze"] as const satisfies readonly Act[];

export interface Doing {
  act: Act;
  text: string;
  /** Why not now, in words; null where it can be done. */
  refused: string | null;
}

export function ConversationActions({ conversation }: { conversation: Conversation }) {
  const [say, width, asker] = [useSay(), useWidth(), useAsker()];
  const [asked, ask] = useState<Asked | null>(null);
  const { follows, turn } = useFollowing(conversation.id);
  const one = useOnePresses(conversation, turn);
  const run = useCallback(
    (act: Act, messageId?: string) => (asksMore(act) ? ask({ act, messageId }) : one(act)),
    [one],
  );
  useHear("act", (said) => said.conversationId === conversation.id && refusalOf(said.act, conversation, asker) === null && run(said.act, said.messageId));
  const doings = useMemo(
    () =>
      ACTS.filter((act) => isOffered(act, conversation, asker)).map((act): Doing => {
        const refused = refusalOf(act, conversation, asker);
        return { act, text: say(textOf(act, follows === true)), refused: refused === null ? null : say(refused) };
      }),
    [conversation, asker, follows, say],
  );
  const main = doings.find((each) => each.act === "resolve") ?? doings.find((each) => each.act === "reopen");
  const rest = doings.filter((each) => each !== main && !(width === "desktop" && (BESIDE as readonly Act[]).includes(each.act)));
  return (
    <div className={styles["actions"]} role="group" aria-label={say("actions.title")}>
      {ACTS.map((act) => (
        <Command key={act} act={act} refused={refusedOf(act, conversation, asker, say)} run={run} />
      ))}
      {width === "desktop" && BESIDE.map((act) => <Beside key={act} doing={doings.find((each) => each.act === act)} run={run} />)}
      {width !== "phone" && main && <Main doing={main} run={run} />}
      {width === "phone" ? <Sheet doings={doings} run={run} /> : <More doings={rest} run={run} />}
      {asked && (
        <Suspense fallback={null}>
          <ActionDialog conversation={conversation} asked={asked} onClose={() => ask(null)} />
        </Suspense>
      )}
    </div>
  );
}

type Run = (act: Act) => void;

const refusedOf = (act: Act, conversation: Conversation, asker: { id: string; supervisor: boolean }, say: ReturnType<typeof useSay>): string | null => {
  const refused = refusalOf(act, conversation, asker);
  return refused === null ? null : say(refused);
};

/** Its key, and its row in the palette. */
function Command({ act, refused, run }: { act: Act; refused: string | null; run: Run }) {
  useCommand(act, () => run(act), refused);
  return null;
}

function Beside({ doing, run }: { doing: Doing | undefined; run: Run }) {
  const { aria } = useKeysOf(doing?.act ?? "assign");
  if (doing === undefined) return null;
  const { act, text, refused } = doing;
  return <IconButton icon={ACT_ICONS[act]} label={refused === null ? text : `${text}: ${refused}`} isDisabled={refused !== null} onPress={() => run(act)} aria-keyshortcuts={aria} />;
}

function Main({ doing: { act, text, refused }, run }: { doing: Doing; run: Run }) {
  const { aria } = useKeysOf(act);
  return (
    <Button kind={act === "resolve" ? "primary" : "plain"} icon={ACT_ICONS[act]} isDisabled={refused !== null} onPress={() => run(act)} aria-keyshortcuts={aria}>
      {text}
    </Button>
  );
}

function More({ doings, run }: { doings: readonly Doing[]; run: Run }) {
  const say = useSay();
  return (
    <MenuTrigger>
      <IconButton icon="more" label={say("actions.more")} />
      <Popover className={styles["popover"] ?? ""} placement="bottom end">
        <Menu className={styles["menu"] ?? ""} aria-label={say("actions.more")} disabledKeys={doings.filter((each) => each.refused !== null).map((each) => each.act)} onAction={(act) => run(act as Act)}>
          {doings.map((doing) => (
            <Row key={doing.act} doing={doing} />
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Row({ doing: { act, text, refused } }: { doing: Doing }) {
  const { keys } = useKeysOf(act);
  return (
    <MenuItem id={act} textValue={text} className={styles["item"] ?? ""}>
      <Icon name={ACT_ICONS[act]} size={16} />
      <span className={styles["grow"]}>
        <span>{text}</span>
        {refused !== null && (
          <span className={styles["meta"]}>
            {refused}
          </span>
        )}
      </span>
      {keys !== undefined && <Kbd keys={keys} />}
    </MenuItem>
  );
}

/** Done at once; refusals are said, and all of them can be taken back. */
function useOnePresses(conversation: Conversation, turn: () => Promise<void>): (act: Act) => void {
  const [say, acts, press, asker] = [useSay(), useActs(conversation), useOnePress(), useAsker()];
  return useCallback(
    (act: Act) => {
      if (act === "resolve") press(acts.status({ status: "resolved" }, say("actions.done.resolved")));
      else if (act === "reopen") press(acts.status({ status: "open" }, say("actions.done.reopened")));
      else if (act === "follow") press(turn());
      else if (act === "assign.me") press(acts.assign({ assignee_id: asker.id, team_id: conversation.team_id, exceed: false, note: "", reason: "" }, say("actions.done.mine")));
    },
    [acts, asker.id, conversation.team_id, press, say, turn],
  );
}
