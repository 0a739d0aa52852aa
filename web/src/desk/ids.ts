/** Ids of what this client sends: UUIDs of version 7, which sort by when they were made; and the order of the desk's, for
 * those of entries carry their time: they sort as they were said. */

export function uuid7(now: number = Date.now(), random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(16));
  for (let place = 0, rest = now; place < 6; place += 1) {
    bytes[5 - place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const behindPrefix = (id: string): string => id.slice(id.indexOf("_") + 1);

export function earlier(one: string, other: string): number {
  const [left, right] = [behindPrefix(one), behindPrefix(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}
