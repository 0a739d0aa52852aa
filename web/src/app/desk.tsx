/** What every page can ask for: the API, the live desk, who is signed in, texts and formats. */

import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Cognito } from "../access/cognito";
import type { Access, Keeper } from "../access/keeper";
import type { Api, Schemas } from "../api/client";
import type { Config } from "../config";
import { Formats } from "../i18n/formats";
import { LOCALES, type Language } from "../i18n/languages";
import type { Say } from "../i18n/texts";
import type { Follower, LiveDesk, LiveStatus } from "../live/desk";
import type { Preferences } from "./preferences";

export interface Base {
  config: Config;
  pool: Cognito;
  keeper: Keeper;
  api: Api;
}

export interface Chosen {
  preferences: Preferences;
  choose: (changes: Partial<Preferences>) => void;
  say: Say;
}

export interface Here {
  me: Schemas["MeView"];
  live: LiveDesk;
}

export const BaseContext = createContext<Base | null>(null);
export const ChosenContext = createContext<Chosen | null>(null);
export const HereContext = createContext<Here | null>(null);

function given<T>(value: T | null): T {
  if (value === null) throw new Error("it is asked for outside of its provider");
  return value;
}

export const useBase = (): Base => given(useContext(BaseContext));
export const useApi = (): Api => useBase().api;
export const useChosen = (): Chosen => given(useContext(ChosenContext));
/** `say(id, values)`: a text of src/locales in the language chosen. */
export const useSay = (): Say => useChosen().say;
export const useMe = (): Schemas["MeView"] => given(useContext(HereContext)).me;
export const useLiveDesk = (): LiveDesk => given(useContext(HereContext)).live;

export function useAccess(): Access {
  const { keeper } = useBase();
  return useSyncExternalStore(keeper.listen, keeper.access);
}

/** Numbers, dates and durations; `zone` for a zone that is not the reader's. */
export function useFormats(zone?: string): Formats {
  const { language } = useChosen().preferences;
  return useMemo(() => formatsOf(language, zone), [language, zone]);
}

const FORMATS = new Map<string, Formats>();

/** The same ones for all who ask: the browser takes long to make its formatters, and each row of a list wants some. */
export function formatsOf(language: Language, zone?: string): Formats {
  const key = `${language} ${zone ?? ""}`;
  let formats = FORMATS.get(key);
  if (formats === undefined) FORMATS.set(key, (formats = new Formats(LOCALES[language], zone)));
  return formats;
}

export function useLiveStatus(): LiveStatus {
  const live = useLiveDesk();
  return useSyncExternalStore(live.listen, live.status);
}

/** Follows topics while the component is shown; the newest functions are called. */
export function useFollow({ topics, ...told }: Follower): void {
  const live = useLiveDesk();
  const newest = useRef(told);
  useEffect(() => {
    newest.current = told;
  });
  const names = topics.join(" ");
  const reads = told.read !== undefined;
  useEffect(() => {
    if (names === "") return undefined;
    return live.follow({
      topics: names.split(" "),
      changed: (...args) => newest.current.changed?.(...args),
      signal: (frame) => newest.current.signal?.(frame),
      reset: (topic) => newest.current.reset?.(topic),
      ...(reads ? { read: (topic: string) => newest.current.read?.(topic) ?? Promise.resolve([]) } : {}),
    });
  }, [live, names, reads]);
}

const ROLES = ["agent", "supervisor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Each role may do what those before it may. */
export const atLeast = (role: string, needed: Role): boolean => ROLES.indexOf(role as Role) >= ROLES.indexOf(needed);

/** The time, again every `every` milliseconds. */
export function useNow(every = 1_000): number {
  const clock = useMemo(() => clockOf(every), [every]);
  return useSyncExternalStore(clock.listen, clock.now);
}

const CLOCKS = new Map<number, ReturnType<typeof makeClock>>();

/** One timer for all who look at the same clock. */
function clockOf(every: number): ReturnType<typeof makeClock> {
  let clock = CLOCKS.get(every);
  if (clock === undefined) CLOCKS.set(every, (clock = makeClock(every)));
  return clock;
}

function makeClock(every: number) {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let shown = Date.now();
  return {
    now: () => shown,
    listen: (listener: () => void) => {
      listeners.add(listener);
      if (listeners.size === 1) {
        shown = Date.now();
        timer = setInterval(() => {
          shown = Date.now();
          for (const each of listeners) each();
        }, every);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}
