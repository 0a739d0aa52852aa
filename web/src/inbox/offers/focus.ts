/** Where the offer that waits is on the page, for the key that goes there. */

let shown: HTMLElement[] = [];

export const offerCard = {
  /** Until what is answered is called. */
  here(card: HTMLElement | null): () => void {
    if (card === null) return () => undefined;
    shown = [...shown, card];
    return () => {
      shown = shown.filter((each) => each !== card);
    };
  },
  /** To its first button; false where there is none to be seen. */
  focus(): boolean {
    const card = shown.find((each) => each.offsetParent !== null);
    card?.querySelector("button")?.focus();
    return card !== undefined;
  },
};
