/** What is known: things by kind and id, the newest version of each, and which topics they were learned from. */

import { milliseconds } from "./times.js";

/** `view`: as the REST API shows it. */
export interface Thing {
  kind: string;
  id: string;
  version: number;
  view: Record<string, unknown>;
}

export interface StoreSnapshot {
  things: Thing[];
  members: Record<string, Array<[string, string, number]>>;
}

export type Named = [kind: string, id: string];

const keyOf = (thing: { kind: string; id: string }): string => `${thing.kind}/${thing.id}`;

export function thingFrom(wire: Thing): Thing {
  return { kind: wire.kind, id: wire.id, version: wire.version, view: wire.view };
}

export class Store {
  readonly things = new Map<string, Thing>();
  /** For each topic: its things, each with the number of the entry that told of it last. */
  readonly members = new Map<string, Map<string, { named: Named; seq: number }>>();

  /** Whether it is news. An older version is not: things come late, and twice. */
  merge(topic: string, seq: number, thing: Thing): boolean {
    const key = keyOf(thing);
    const members = this.membersOf(topic);
    members.set(key, { named: [thing.kind, thing.id], seq: Math.max(seq, members.get(key)?.seq ?? 0) });
    const known = this.things.get(key);
    if (known !== undefined && known.version > thing.version) return false;
    this.things.set(key, thing);
    return known === undefined || !same(known, thing);
  }

  /** A topic as the REST API gave it, where its entries began anew at `seq`. What it no longer has goes, unless an entry
   * behind that number told of it. Gives what changed. */
  read(topic: string, seq: number, things: Thing[]): Named[] {
    const changed = things.filter((thing) => this.merge(topic, seq, thing)).map(namedOf);
    const kept = new Set(things.map(keyOf));
    const gone = [...this.membersOf(topic)].filter(([key, { seq: learned }]) => learned <= seq && !kept.has(key));
    return [...changed, ...this.drop(topic, gone.map(([key]) => key))];
  }

  forget(topic: string): Named[] {
    const gone = this.drop(topic, [...this.membersOf(topic).keys()]);
    this.members.delete(topic);
    return gone;
  }

  snapshot(): StoreSnapshot {
    const members: StoreSnapshot["members"] = {};
    for (const [topic, held] of this.members) members[topic] = [...held.values()].map(({ named, seq }) => [...named, seq]);
    return { things: [...this.things.values()], members };
  }

  restore(snapshot: StoreSnapshot): void {
    for (const thing of snapshot.things) this.things.set(keyOf(thing), thingFrom(thing));
    for (const [topic, held] of Object.entries(snapshot.members)) {
      const members = this.membersOf(topic);
      for (const [kind, id, seq] of held) members.set(keyOf({ kind, id }), { named: [kind, id], seq });
    }
  }

  ofKind(...kinds: string[]): Thing[] {
    return [...this.things.values()].filter((thing) => kinds.includes(thing.kind));
  }

  private membersOf(topic: string): Map<string, { named: Named; seq: number }> {
    let members = this.members.get(topic);
    if (members === undefined) this.members.set(topic, (members = new Map()));
    return members;
  }

  /** These things of a topic go, where no other has them. Gives what changed. */
  drop(topic: string, keys: string[]): Named[] {
    const members = this.membersOf(topic);
    for (const key of keys) members.delete(key);
    const held = new Set([...this.members.values()].flatMap((each) => [...each.keys()]));
    const gone = keys.filter((key) => !held.has(key)).flatMap((key) => this.things.get(key) ?? []);
    for (const thing of gone) this.things.delete(keyOf(thing));
    return gone.map(namedOf);
  }
}

/** Of two JSON values. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  const inOther = (name: string): boolean =>
    Object.hasOwn(other, name) && same(one[name as keyof typeof one], other[name as keyof typeof other]);
  return Array.isArray(one) === Array.isArray(other) && names.length === others.length && names.every(inOther);
}

function namedOf(thing: Thing): Named {
  return [thing.kind, thing.id];
}

const byId = (one: Thing, other: Thing): number => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

/** An agent's conversations that are not resolved, the one with the newest activity first. */
export function workOf(store: Store, agentId: string): Thing[] {
  const at = (thing: Thing): number => milliseconds(String(thing.view["last_activity_at"]));
  return store
    .ofKind("conversation")
    .filter((thing) => thing.view["assignee_id"] === agentId && thing.view["status"] !== "resolved")
    .sort((one, other) => at(other) - at(one) || byId(one, other));
}

/** Messages and notes of a conversation, oldest first. */
export function thread(store: Store, conversationId: string): Thing[] {
  const at = (thing: Thing): number => milliseconds(String(thing.view["occurred_at"]));
  return store
    .ofKind("message", "note")
    .filter((thing) => thing.view["conversation_id"] === conversationId)
    .sort((one, other) => at(one) - at(other) || byId(one, other));
}
