/** Two letters at most; a name in Han characters is known by its last ones. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")];
  if (/\p{Script=Han}/u.test(name)) return first.slice(-2).join("");
  const last = words.length > 1 ? [...(words.at(-1) ?? "")] : [];
  return `${first[0] ?? "?"}${last[0] ?? ""}`.toUpperCase();
}
