/** The launcher's looks, in a sheet of its own: no rule of the site reaches it, none of it leaves it. */

export const CSS = `
:host { all: initial; }
.corner {
  position: fixed; inset-block-end: 20px; z-index: 2147483000; display: block;
  color-scheme: light dark;
}
.corner[data-position="end"] { inset-inline-end: 20px; }
.corner[data-position="start"] { inset-inline-start: 20px; }
button {
  all: unset; box-sizing: border-box; inline-size: 56px; block-size: 56px; border-radius: 50%; cursor: pointer;
  display: grid; place-items: center; position: relative; background: var(--accent, #0b57d0);
  color: var(--on-accent, #fff); box-shadow: 0 2px 12px #0005; margin-inline-start: auto;
}
.corner[data-position="start"] button { margin-inline-start: 0; }
button:focus-visible { outline: 3px solid var(--accent, #0b57d0); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
svg { inline-size: 26px; block-size: 26px; fill: none; stroke: currentColor; stroke-width: 1.75;
  stroke-linecap: round; stroke-linejoin: round; }
b {
  position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 22px; block-size: 22px;
  box-sizing: border-box; padding-inline: 6px; border-radius: 11px; background: #b3261e; color: #fff;
  font: 600 13px/22px system-ui, sans-serif; text-align: center; border: 0;
}
b:empty { display: none; }
iframe {
  position: fixed; inset-block-end: 88px; border: 0; border-radius: 12px; box-shadow: 0 12px 40px #0005;
  inline-size: min(384px, calc(100vw - 24px)); block-size: min(704px, calc(100dvh - 108px)); display: none;
  background: Canvas; color-scheme: normal;
}
.corner[data-position="end"] iframe { inset-inline-end: 20px; }
.corner[data-position="start"] iframe { inset-inline-start: 20px; }
.corner[data-open] iframe { display: block; }
@media (max-width: 639.98px) {
  iframe { inset: 0 !important; inline-size: 100%; block-size: 100dvh; border-radius: 0; }
  .corner[data-open] button { display: none; }
}
@media (forced-colors: active) { button { border: 2px solid ButtonText; } }
@media print { .corner { display: none; } }
`;

/** Shapes, drawn by their paths: nothing is parsed as HTML. */
const SPEECH = "M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z";
const CROSS = "M6 6l12 12M18 6L6 18";
const SVG = "http://www.w3.org/2000/svg";

export function icon(): { element: SVGElement; show: (open: boolean) => void } {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("viewBox", "0 0 24 24");
  element.setAttribute("aria-hidden", "true");
  const path = element.appendChild(document.createElementNS(SVG, "path"));
  const show = (open: boolean) => path.setAttribute("d", open ? CROSS : SPEECH);
  show(false);
  return { element, show };
}
