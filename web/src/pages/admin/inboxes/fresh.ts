/** Secrets made for an inbox just now, until its setup is left: the API shows them once, and the setup needs them twice. */

const made = new Map<string, Readonly<Record<string, string>>>();

export const fresh = {
  keep(inboxId: string, secrets: Readonly<Record<string, string>>): void {
    if (Object.keys(secrets).length > 0) made.set(inboxId, { ...made.get(inboxId), ...secrets });
  },
  of: (inboxId: string): Readonly<Record<string, string>> => made.get(inboxId) ?? {},
  forget: (inboxId: string): boolean => made.delete(inboxId),
};
