/** What is known live, thing by thing: a component is drawn anew only when its own things change.
 *
 * Things are there while one of their topics is followed (`useFollow`). A view is as the REST API shows it. */

import { useCallback, useRef, useSyncExternalStore } from "react";
import type { Thing } from "parley-live";
import { useLiveDesk } from "../app/desk";

/** The view of a thing; undefined where nothing has told of it. */
export function useView<View>(kind: string, id: string | null): View | undefined {
  const live = useLiveDesk();
  const watch = useCallback((told: () => void) => (id === null ? () => undefined : live.watch(kind, id, told)), [live, kind, id]);
  const thing = useSyncExternalStore(watch, () => (id === null ? undefined : live.store.things.get(`${kind}/${id}`)));
  return thing?.view as View | undefined;
}

/** Of what was read and what was told the newer one. */
export function useNewest<View extends { id: string; version: number }>(kind: string, read: View): View;
export function useNewest<View extends { id: string; version: number }>(kind: string, read: View | undefined): View | undefined;
export function useNewest<View extends { id: string; version: number }>(kind: string, read: View | undefined): View | undefined {
  const told = useView<View>(kind, read?.id ?? null);
  return newer(read, told);
}

export function newer<View extends { version: number }>(one: View | undefined, other: View | undefined): View | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.version > one.version ? other : one;
}

/** All things of these kinds that `wanted` takes; the same array as long as none of them changes. Keep `wanted` stable
 * (useCallback), or give what it depends on in `deps`. */
export function useThings(kinds: readonly string[], wanted: (thing: Thing) => boolean, deps: readonly unknown[]): readonly Thing[] {
  const live = useLiveDesk();
  const kept = useRef<{ deps: readonly unknown[]; stale: boolean; things: readonly Thing[] }>({ deps: [], stale: true, things: [] });
  const names = kinds.join(" ");
  const watch = useCallback(
    (told: () => void) => {
      const changed = () => {
        kept.current.stale = true;
        told();
      };
      kept.current.stale = true;
      const ends = names.split(" ").map((kind) => live.watch(kind, null, changed));
      return () => ends.forEach((end) => end());
    },
    [live, names],
  );
  return useSyncExternalStore(watch, () => {
    const held = kept.current;
    const asBefore = held.deps.length === deps.length && held.deps.every((each, place) => Object.is(each, deps[place]));
    if (!held.stale && asBefore) return held.things;
    const found = live.store.ofKind(...kinds).filter(wanted);
    const same = found.length === held.things.length && found.every((thing, place) => thing === held.things[place]);
    kept.current = { deps, stale: false, things: same ? held.things : found };
    return kept.current.things;
  });
}
