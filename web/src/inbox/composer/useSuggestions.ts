/** What `/`, `@` and `:` offer, and what becomes of the one that is taken. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { told } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import type { CommandId } from "../../keys/commands";
import { useKeyboard } from "../../keys/Keys";
import { PAGE, pages } from "../actions/people";
import { ranked, type Asked } from "./suggest";
import { useEmoji } from "./useEmoji";
import type { Mode } from "../../desk/draftWords";

export type Taken =
  | { do: "canned"; id: string; files: boolean }
  | { do: "macro"; id: string; name: string }
  | { do: "command"; id: CommandId }
  | { do: "open"; what: "template" | "schedule" }
  | { do: "mode"; mode: Mode }
  | { do: "emoji"; sign: string }
  | { do: "mention"; kind: "agent" | "team"; id: string; name: string };

export interface Suggestion {
  key: string;
  group: TextId;
  title: string;
  detail: string;
  taken: Taken;
}

const MOST = 12;
const FRESH = 60_000;

export function useSuggestions(asked: Asked | null, mode: Mode, channel: string | null): { items: Suggestion[]; isPending: boolean; failed: boolean } {
  const slash = useSlash(asked?.kind === "slash", mode, channel);
  const mentions = useMentions(asked?.kind === "mention");
  const emoji = useEmojiRows(asked);
  const found = asked?.kind === "mention" ? mentions : slash;
  const query = asked?.query ?? "";
  const items = useMemo(() => (asked === null ? [] : ranked(found.items, query, ({ title, detail }) => [title, `${title} ${detail}`], MOST)), [asked, found.items, query]);
  return asked?.kind === "emoji" ? emoji : { items, isPending: found.isPending, failed: found.failed };
}

function useEmojiRows(asked: Asked | null) {
  const query = asked?.kind === "emoji" ? asked.query : "";
  const found = useEmoji(query !== "");
  const items = useMemo(
    () => (found.data?.(query, MOST) ?? []).map(({ sign, name }): Suggestion => ({ key: sign, group: "composer.group_emoji", title: sign, detail: name, taken: { do: "emoji", sign } })),
    [found.data, query],
  );
  return { items, isPending: found.isPending, failed: found.isError };
}

function useSlash(wanted: boolean, mode: Mode, channel: string | null) {
  const [api, say, keyboard] = [useApi(), useSay(), useKeyboard()];
  const query = channel === null || mode === "note" ? {} : { channel };
  const canned = useQuery({ queryKey: ["canned", "offered", query], queryFn: () => told(api.GET("/canned-responses", { params: { query: { ...query, limit: 300 } } })), enabled: wanted, staleTime: FRESH });
  const macros = useQuery({ queryKey: ["macros", "offered"], queryFn: () => told(api.GET("/macros", {})), enabled: wanted, staleTime: FRESH });
  const items = useMemo(() => {
    const texts = (canned.data?.items ?? []).map(
      ({ id, shortcut, title, attachments }): Suggestion => ({ key: id, group: "composer.group_canned", title: shortcut, detail: title, taken: { do: "canned", id, files: attachments.length > 0 } }),
    );
    const acts = (macros.data?.items ?? []).map(
      ({ id, name, description }): Suggestion => ({ key: id, group: "composer.group_macros", title: name, detail: description, taken: { do: "macro", id, name } }),
    );
    return [...texts, ...acts, ...commands(say, mode, (id) => keyboard.at(id)?.refused === null)];
  }, [canned.data, macros.data, say, mode, keyboard]);
  return { items, isPending: canned.isPending || macros.isPending, failed: canned.isError || macros.isError };
}

const OFFERED: readonly CommandId[] = ["snooze", "assign", "transfer", "labels", "priority", "resolve"];

function commands(say: ReturnType<typeof useSay>, mode: Mode, can: (id: CommandId) => boolean): Suggestion[] {
  const row = (title: string, text: TextId, taken: Taken): Suggestion => ({ key: `/${title}`, group: "composer.group_commands", title, detail: say(text), taken });
  const own = mode === "note" ? [row("reply", "command.reply", { do: "mode", mode: "reply" })] : [
    row("note", "command.note", { do: "mode", mode: "note" }),
    row("template", "composer.use_template", { do: "open", what: "template" }),
    row("schedule", "composer.schedule", { do: "open", what: "schedule" }),
  ];
  return [...own, ...OFFERED.filter(can).map((id) => row(id, `command.${id}` as TextId, { do: "command", id }))];
}

function useMentions(wanted: boolean) {
  const [api, say] = [useApi(), useSay()];
  const agents = useQuery({ queryKey: ["mentions", "agents"], queryFn: () => pages((cursor) => told(api.GET("/agents", { params: { query: { limit: PAGE, ...cursor } } }))), enabled: wanted, staleTime: FRESH });
  const teams = useQuery({ queryKey: ["mentions", "teams"], queryFn: () => pages((cursor) => told(api.GET("/teams", { params: { query: { limit: PAGE, ...cursor } } }))), enabled: wanted, staleTime: FRESH });
  const items = useMemo(() => {
    const people = (agents.data ?? []).filter((agent) => agent.enabled).map(
      ({ id, name, email }): Suggestion => ({ key: id, group: "composer.group_people", title: name, detail: email, taken: { do: "mention", kind: "agent", id, name } }),
    );
    const groups = (teams.data ?? []).map(
      ({ id, name }): Suggestion => ({ key: id, group: "composer.group_teams", title: name, detail: say("composer.group_teams"), taken: { do: "mention", kind: "team", id, name } }),
    );
    return [...people, ...groups];
  }, [agents.data, teams.data, say]);
  return { items, isPending: agents.isPending || teams.isPending, failed: agents.isError || teams.isError };
}
