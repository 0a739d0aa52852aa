/** @jsxImportSource preact */

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5 16-3-7z",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.500 8.500a1.700 1.700 0 0 1-2.500-2.500L15 7",
  more: "M4.500 12h1M11.500 12h1M18.500 12h1",
  waiting: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  sent: "M5 13l4 4L19 7",
  delivered: "M2 13l4 4L16 7M11 16l1 1L22 7",
  failed: "M12 8v5M12 16h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  back: "M15 5l-7 7 7 7",
  file: "M14 3H6a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8zM14 3v5h5",
  down: "M12 5v14M6 13l6 6 6-6",
} as const;

/** Those that point somewhere turn round with the page; clocks and ticks do not. */
const TURNING = new Set(["send", "back"]);

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon ${name}${TURNING.has(name) ? " turning" : ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
