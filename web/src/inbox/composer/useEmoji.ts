/** Emoji by their words; those, and how they are looked for, are fetched when they are first asked for. */

import { useQuery } from "@tanstack/react-query";
import fetching from "virtual:emoji";
import { useChosen } from "../../app/desk";
import type { Language } from "../../i18n/languages";
import type { Emoji } from "./emojiSearch";

export type FindEmoji = (query: string, most: number) => readonly Emoji[];

export function useEmoji(wanted: boolean) {
  const { language } = useChosen().preferences;
  return useQuery({ queryKey: ["emoji", language], queryFn: () => finder(language), enabled: wanted, staleTime: Infinity });
}

async function finder(language: Language): Promise<FindEmoji> {
  const [{ emojiFrom, emojiFor }, own, english] = await Promise.all([import("./emojiSearch"), fetching[language](), fetching.en()]);
  const all = emojiFrom(own.default, english.default);
  return (query, most) => emojiFor(all, query, most);
}
