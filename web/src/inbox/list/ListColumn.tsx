/** The list of conversations. */
export function ListColumn() {
  return null;
}
