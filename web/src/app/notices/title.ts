/** The title of a tab nobody looks at: how much is new, and what waits. The page's own title comes back with the eyes. */

let own = "";
let written = "";
let unseen = 0;
let flashing: string | null = null;
let odd = false;
let watching = false;
let timer: ReturnType<typeof setInterval> | undefined;

/** What it reads: pure, for tests. */
export function titleOf(page: string, count: number, flash: string | null, turn: boolean): string {
  if (flash !== null && turn) return flash;
  return count > 0 ? `(${count > 99 ? "99+" : count}) ${page}` : page;
}

function write(): void {
  const away = document.hidden || !document.hasFocus();
  written = away ? titleOf(own, document.hidden ? unseen : 0, flashing, odd) : own;
  if (document.title !== written) document.title = written;
}

function watch(): void {
  if (watching) return;
  watching = true;
  own = document.title;
  // Pages write their title as if they were alone.
  new MutationObserver(() => {
    if (document.title === written) return;
    own = document.title;
    write();
  }).observe(document.head, { childList: true, subtree: true, characterData: true });
  for (const name of ["focus", "blur"]) addEventListener(name, write);
  document.addEventListener("visibilitychange", write);
}

export function countInTitle(count: number): void {
  watch();
  unseen = count;
  write();
  icon(count > 0);
}

/** Until what is answered is called. */
export function flashTitle(text: string): () => void {
  watch();
  flashing = text;
  clearInterval(timer);
  timer = setInterval(() => {
    odd = !odd;
    write();
  }, 1_000);
  return () => {
    if (flashing !== text) return;
    clearInterval(timer);
    flashing = null;
    write();
  };
}

function icon(marked: boolean): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const wanted = marked ? "/icon_unseen.svg" : "/icon.svg";
  if (link !== null && link.getAttribute("href") !== wanted) link.href = wanted;
}
