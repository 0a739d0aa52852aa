/** Conversations offered to this agent. */
export function Offers() {
  return null;
}
