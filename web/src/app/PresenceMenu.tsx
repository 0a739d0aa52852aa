/** Who is signed in, what they chose, whether work comes; and the way out. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  Button as AriaButton,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { useState } from "react";
import { useLocation } from "wouter";
import { told } from "../api/client";
import type { TextId } from "../i18n/texts";
import { Icon } from "../ui/Icon";
import { useTell } from "../ui/Toasts";
import { AwayDialog } from "./AwayDialog";
import { atLeast, useApi, useBase, useMe, useSay } from "./desk";
import { initials } from "./initials";
import { stopPush } from "./notices/push";
import { presenceKey, usePresence, type Presence } from "./presence";
import styles from "./PresenceMenu.module.css";

type Intent = Presence["intent"];

export { usePresence, type Presence };

const INTENTS: readonly Intent[] = ["online", "busy", "away", "offline"];

export function PresenceMenu() {
  const [say, me, api, tell] = [useSay(), useMe(), useApi(), useTell()];
  const { keeper } = useBase();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [away, setAway] = useState(false);
  const { data: presence } = usePresence();
  const choosing = useMutation({
    mutationFn: ({ intent, reason = "" }: { intent: Intent; reason?: string }) => told(api.PUT("/me/presence", { body: { intent, reason } })),
    onSuccess: (chosen) => queries.setQueryData(presenceKey, chosen),
    onError: () => tell({ text: say("presence.failed"), tone: "bad" }),
  });
  const state = presence ? stateOf(presence) : null;
  const name = state === null ? me.name : say("presence.label", { name: me.name, state: say(state.text) });
  const act = (key: string) => {
    if (key === "settings") go("/me");
    else if (key === "agent") go("/admin/agents/new");
    else if (key === "out") void signOut();
    else if (key === "why") setAway(true);
    else choosing.mutate({ intent: key as Intent });
  };
  // What is told later by this browser is none of the next one's who sits here.
  const signOut = () => stopPush(api).catch(() => undefined).then(() => keeper.signOut());
  return (
    <>
      <AwayDialog isOpen={away} onClose={() => setAway(false)} away={(reason) => choosing.mutate({ intent: "away", reason })} />
      <MenuTrigger>
        <AriaButton className={styles["avatar"] ?? ""} aria-label={name}>
          <span className={styles["initials"]} data-initials={initials(me.name)} />
          {state && <span className={`${styles["mark"]} ${styles[state.glyph]}`} />}
        </AriaButton>
        <Popover className={styles["popover"] ?? ""} placement="right bottom">
          <div className={styles["who"]}>
            <p className={styles["name"]}>{me.name}</p>
            <p className={styles["note"]}>{say(`role.${me.role}` as TextId)}</p>
            {presence && <Facts presence={presence} />}
            {presence && <p className={styles["note"]}>{say("presence.load", { used: presence.used, units: presence.units })}</p>}
            {presence && state && <p className={styles["note"]}>{say(state.because)}</p>}
            {presence === null && <p className={styles["note"]}>{say("presence.no_agent")}</p>}
          </div>
          <Menu className={styles["menu"] ?? ""} aria-label={name} onAction={(key) => act(String(key))}>
            {presence && (
              <MenuSection selectionMode="single" selectedKeys={[presence.intent]}>
                <Header className={styles["header"] ?? ""}>{say("presence.title")}</Header>
                {INTENTS.map((intent) => (
                  <MenuItem key={intent} id={intent} className={styles["item"] ?? ""}>
                    <span className={`${styles["mark"]} ${styles[intent]}`} />
                    <span className={styles["grow"]}>{say(`presence.${intent}`)}</span>
                    {presence.intent === intent && <Icon name="check" size={16} />}
                  </MenuItem>
                ))}
              </MenuSection>
            )}
            {presence && (
              <MenuItem id="why" className={styles["item"] ?? ""}>
                <span className={`${styles["mark"]} ${styles["away"]}`} />
                {say("notices.presence.away")}
              </MenuItem>
            )}
            {presence && <Separator className={styles["line"] ?? ""} />}
            {presence === null && atLeast(me.role, "admin") && (
              <MenuItem id="agent" className={styles["item"] ?? ""}>
                <Icon name="plus" size={16} />
                {say("presence.become_agent")}
              </MenuItem>
            )}
            <MenuItem id="settings" className={styles["item"] ?? ""}>
              <Icon name="person" size={16} />
              {say("nav.settings")}
            </MenuItem>
            <MenuItem id="out" className={styles["item"] ?? ""}>
              <Icon name="out" size={16} />
              {say("nav.sign_out")}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

/** What was chosen, whether the desk sees this client, the working hours: none of them changes another. */
function Facts({ presence }: { presence: Presence }) {
  const say = useSay();
  const rows = [
    [say("notices.presence.choice"), say(`presence.${presence.intent}`) + (presence.reason === "" ? "" : ` (${presence.reason})`)],
    [say("notices.presence.connection"), say(presence.connected ? "notices.presence.connected" : "notices.presence.disconnected")],
    [say("notices.presence.schedule"), say(presence.on_shift ? "notices.presence.on_shift" : "notices.presence.off_shift")],
  ];
  return (
    <dl className={styles["facts"]}>
      {rows.map(([name, fact]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

const BECAUSE: Record<string, TextId> = {
  online: "presence.because.online",
  busy: "presence.because.busy",
  away: "presence.because.away",
  offline: "presence.because.offline",
  disconnected: "presence.because.disconnected",
  off_shift: "presence.because.off_shift",
  disabled: "presence.because.disabled",
};

function stateOf(presence: Presence): { text: TextId; glyph: Intent; because: TextId } {
  return {
    text: `presence.${presence.intent}`,
    glyph: presence.intent,
    because: BECAUSE[presence.because] ?? "presence.because.offline",
  };
}
