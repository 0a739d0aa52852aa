/** What is asked of a contact, under which keys it is kept, and when it is asked anew. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { told, type Schemas } from "../api/client";
import { useApi, useFollow } from "../app/desk";

export type Contact = Schemas["ContactView"];
export type Changes = Omit<Schemas["ContactChanges"], "version">;

export const contactKey = (id: string) => ["contact", id] as const;
export const screenKey = (id: string) => ["screen", id] as const;

export function useContact(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...contactKey(id), "self"],
    queryFn: () => told(api.GET("/contacts/{contact_id}", { params: { path: { contact_id: id } } })),
  });
}

export function usePerson(id: string, enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: [...contactKey(id), "person"],
    queryFn: () => told(api.GET("/contacts/{contact_id}/person", { params: { path: { contact_id: id } } })),
    enabled,
  });
}

/** Says that something of a contact has changed: whatever shows it reads it anew. */
export function useTouched(): (id: string) => Promise<void> {
  const cache = useQueryClient();
  return useCallback(
    async (id) => {
      await Promise.all([
        cache.invalidateQueries({ queryKey: contactKey(id) }),
        cache.invalidateQueries({ queryKey: ["screen"], predicate: ({ state }) => showsContact(state.data, id) }),
      ]);
    },
    [cache],
  );
}

function showsContact(data: unknown, id: string): boolean {
  const screen = data as Schemas["ScreenView"] | undefined;
  return screen?.contact?.id === id || screen?.person?.some((each) => each.id === id) === true;
}

/** An answer that is the contact as it is now is shown at once; the rest of it is read anew. */
export function useKept(): (contact: Contact) => void {
  const [cache, touched] = [useQueryClient(), useTouched()];
  return useCallback(
    (contact) => {
      cache.setQueryData([...contactKey(contact.id), "self"], contact);
      cache.setQueriesData<Schemas["ScreenView"]>({ queryKey: ["screen"] }, (screen) =>
        screen?.contact?.id === contact.id ? { ...screen, contact } : screen,
      );
      void touched(contact.id);
    },
    [cache, touched],
  );
}

/** A change of fields, by the version that was read: nobody's change is lost. */
export function useEdit(contact: Contact, done?: () => void) {
  const [api, kept, touched] = [useApi(), useKept(), useTouched()];
  return useMutation({
    mutationFn: (changes: Changes) =>
      told(
        api.PATCH("/contacts/{contact_id}", {
          params: { path: { contact_id: contact.id } },
          body: { ...changes, version: contact.version },
        }),
      ),
    onSuccess: (changed) => {
      kept(changed);
      done?.();
    },
    // Somebody was faster: the next attempt is made of what there is now.
    onError: () => void touched(contact.id),
  });
}

const SETTLE = 250;

/** Reads a contact anew when it changes, also by others; a burst of changes once. */
export function useLiveContact(ids: readonly string[]): void {
  const touched = useTouched();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const waiting = useRef(new Set<string>());
  useEffect(() => () => clearTimeout(timer.current), []);
  const note = (id: string) => {
    waiting.current.add(id);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      for (const each of waiting.current) void touched(each);
      waiting.current.clear();
    }, SETTLE);
  };
  const begun = useRef(new Set<string>());
  useFollow({
    topics: ids.map((id) => `contact:${id}`),
    changed: (things) => {
      for (const [kind, id] of things) if (kind === "contact" && ids.includes(id)) note(id);
    },
    // The first one says that the topic is followed from now on; what was read a moment ago stands.
    reset: (topic) => {
      if (begun.current.has(topic)) note(topic.slice("contact:".length));
      begun.current.add(topic);
    },
  });
}
