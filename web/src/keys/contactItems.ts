/** Contacts for the palette, looked for by the desk while somebody types. */

import { useEffect, useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told } from "../api/client";
import { useApi } from "../app/desk";
import type { PaletteItem } from "./palette";

const DEBOUNCE = 120;
/** A Han character says as much as two letters. */
const isEnough = (query: string): boolean => query.length > 1 || /\p{Script=Han}/u.test(query);

export function useContactItems(query: string): { items: PaletteItem[]; isLooking: boolean } {
  const api = useApi();
  const [, go] = useLocation();
  const asked = useSettled(query.trim());
  const enough = isEnough(asked);
  const search = useQuery({
    queryKey: ["palette", "contacts", asked],
    queryFn: async ({ signal }) => (await told(api.GET("/contacts/search", { params: { query: { q: asked, limit: 6 } }, signal }))).items,
    enabled: enough,
    placeholderData: (before) => before,
  });
  const hits = enough && isEnough(query.trim()) ? search.data : undefined;
  const items = useMemo(
    () =>
      (hits ?? []).map(({ contact, matches }): PaletteItem => {
        const more = matches[0]?.value ?? "";
        const run = () => go(`/contacts/${contact.id}`);
        return { id: `contact:${contact.id}`, group: "contacts", text: contact.display_name, words: more, more: more === contact.display_name ? "" : more, refused: null, run };
      }),
    [hits, go],
  );
  return { items, isLooking: enough && search.isFetching };
}

function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), DEBOUNCE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
