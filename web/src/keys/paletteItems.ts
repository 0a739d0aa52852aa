/** Everything that the palette offers: commands, places, conversations, settings. */

import { useMemo, useSyncExternalStore } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told } from "../api/client";
import { atLeast, useApi, useChosen, useMe, useSay } from "../app/desk";
import { presenceKey, usePresence, type Presence } from "../app/presence";
import { THEMES } from "../app/preferences";
import { PLACES } from "../app/routes";
import { channelName } from "../app/channels";
import type { Conversation } from "../desk/conversation";
import { useThings } from "../desk/things";
import { LANGUAGES, type Language } from "../i18n/languages";
import { useTell } from "../ui/Toasts";
import { ALIASES } from "./aliases";
import { COMMANDS, type Command, type CommandId } from "./commands";
import { useKeyboard } from "./Keys";
import type { PaletteItem } from "./palette";

const OF_CONVERSATION = new Set<Command["group"]>(["conversation", "thread"]);
const INTENTS: readonly Presence["intent"][] = ["online", "busy", "away", "offline"];

/** Commands that somebody registered, and those of a conversation where none is open, with the reason. */
export function useCommandItems(): PaletteItem[] {
  const [say, keyboard] = [useSay(), useKeyboard()];
  const version = useSyncExternalStore(keyboard.listen, keyboard.version);
  return useMemo(() => {
    const all = Object.entries(COMMANDS) as Array<[CommandId, Command]>;
    return all.flatMap(([id, { text, group }]): PaletteItem[] => {
      const registered = keyboard.at(id);
      const inConversation = OF_CONVERSATION.has(group);
      if (id === "palette" || (registered === undefined && !inConversation)) return [];
      const refused = registered === undefined ? say("palette.nothing_open") : registered.refused;
      const run = () => keyboard.at(id)?.run();
      return [{ id, group: inConversation ? "conversation" : "go", text: say(text), words: ALIASES[id] ?? "", keys: keyboard.keysOf(id), refused, run }];
    });
    // eslint-disable-next-line -- the version stands for what the keyboard holds
  }, [keyboard, say, version]);
}

/** Pages that no command goes to. */
export function usePlaceItems(): PaletteItem[] {
  const [say, me] = [useSay(), useMe()];
  const [, go] = useLocation();
  return useMemo(() => {
    const commanded = new Set(["/inbox", "/board", "/contacts", "/reports", "/me"]);
    const places = PLACES.flatMap(({ nav, role }) => (nav && atLeast(me.role, role) && !commanded.has(nav.to) ? [nav] : []));
    return places.map(({ to, text }) => ({ id: `place:${to}`, group: "go" as const, text: say(text), words: to.slice(1), refused: null, run: () => go(to) }));
  }, [say, me.role, go]);
}

/** One's own open ones, and whatever is known live. */
export function useConversationItems(): PaletteItem[] {
  const [say, api] = [useSay(), useApi()];
  const [, go] = useLocation();
  const mine = useQuery({
    queryKey: ["palette", "mine"],
    queryFn: async () => (await told(api.GET("/conversations", { params: { query: { view: "mine", status: "open", limit: 50 } } }))).items,
  });
  const live = useThings(["conversation"], () => true, []);
  return useMemo(() => {
    const known = new Map<string, Pick<Conversation, "id" | "contact_name" | "channel" | "last_message" | "last_activity_at" | "labels">>();
    for (const row of mine.data ?? []) known.set(row.id, row);
    for (const thing of live) known.set(thing.id, thing.view as unknown as Conversation);
    const newest = [...known.values()].sort((one, other) => other.last_activity_at.localeCompare(one.last_activity_at));
    return newest.map((each) => ({
      id: `conversation:${each.id}`,
      group: "conversations" as const,
      text: `${each.contact_name || say("inbox.nobody")} · ${channelName(each.channel, say)}`,
      words: `${each.labels.join(" ")} ${each.last_message?.preview ?? ""}`,
      more: each.last_message?.preview ?? "",
      refused: null,
      run: () => go(`/inbox/all?c=${each.id}`),
    }));
  }, [mine.data, live, say, go]);
}

export function useSettingItems(): PaletteItem[] {
  const { say, choose } = useChosen();
  const [api, tell, queries] = [useApi(), useTell(), useQueryClient()];
  const { data: presence } = usePresence();
  const { mutate: be } = useMutation({
    mutationFn: (intent: Presence["intent"]) => told(api.PUT("/me/presence", { body: { intent, reason: "" } })),
    onSuccess: (chosen) => queries.setQueryData(presenceKey, chosen),
    onError: () => tell({ text: say("presence.failed"), tone: "bad" }),
  });
  return useMemo(() => {
    const setting = (id: string, text: string, words: string, run: () => void): PaletteItem => ({ id, group: "settings", text, words, refused: null, run });
    const intents = presence ? INTENTS : [];
    return [
      ...intents.map((id) => setting(`presence:${id}`, say("palette.presence", { state: say(`presence.${id}`) }), `presence availability ${id}`, () => be(id))),
      ...THEMES.map((theme) => setting(`theme:${theme}`, say("palette.theme", { theme: say(`me.theme.${theme}`) }), `theme appearance ${theme} mode`, () => choose({ theme }))),
      ...(Object.keys(LANGUAGES) as Language[]).map((language) =>
        setting(`language:${language}`, say("palette.language", { language: LANGUAGES[language] }), `language ${LANGUAGES[language]} ${language}`, () => choose({ language })),
      ),
    ];
  }, [presence, say, be, choose]);
}
