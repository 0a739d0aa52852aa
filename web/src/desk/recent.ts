/** Threads that were read lately: the newest page of each, so that opening one again waits for nobody. */

import type { Conversation, Entry } from "./conversation";

export const MOST_THREADS = 30;
export const MOST_ENTRIES = 50;

export interface RecentThread {
  /** As it was when the entries were read. */
  conversation: Conversation;
  /** The newest ones, oldest first. */
  entries: readonly Entry[];
  /** There is nothing older. */
  started: boolean;
}

export class Recent {
  /** The one that was kept first comes first. */
  private readonly threads = new Map<string, RecentThread>();

  get size(): number {
    return this.threads.size;
  }

  /** Of too many the one goes that was kept longest ago. An older one never takes the place of a newer one. */
  keep({ conversation, entries, started }: RecentThread): void {
    const known = this.threads.get(conversation.id);
    if (known !== undefined && known.conversation.version > conversation.version) return;
    const newest = entries.slice(-MOST_ENTRIES);
    this.threads.delete(conversation.id);
    this.threads.set(conversation.id, { conversation, entries: newest, started: started && newest.length === entries.length });
    const [oldest] = this.threads.keys();
    if (this.threads.size > MOST_THREADS && oldest !== undefined) this.threads.delete(oldest);
  }

  /** What is known to have changed since is not given: what was new there would be counted wrongly. */
  of(id: string, version: number): RecentThread | undefined {
    const found = this.threads.get(id);
    return found !== undefined && found.conversation.version >= version ? found : undefined;
  }

  has(id: string, version: number): boolean {
    return this.of(id, version) !== undefined;
  }
}
