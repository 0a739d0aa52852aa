/** Conversations that are open, as tabs. */
export function OpenTabs() {
  return null;
}
