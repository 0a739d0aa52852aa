/** By which inboxes a code can be sent to an address. */

const BY = { email: "email", phone: "sms" } as const;

export function ways<I extends { channel: string; enabled: boolean }>(kind: keyof typeof BY, inboxes: readonly I[]): I[] {
  return inboxes.filter((inbox) => inbox.enabled && inbox.channel === BY[kind]);
}
