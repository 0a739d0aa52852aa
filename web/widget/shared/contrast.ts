/** Colours that can be read, whatever an administrator chose. */

export type Rgb = readonly [number, number, number];

const LEAST = 4.5;
/** Darker than any surface of the light page, lighter than any of the dark one: what can be read here can be read on all
 * of panel.css. */
export const LIGHT: Rgb = [220, 223, 229];
export const DARK: Rgb = [54, 58, 68];

export function rgb(hex: string): Rgb | null {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return found ? [parsed(found[1]), parsed(found[2]), parsed(found[3])] : null;
}

const parsed = (text: string | undefined): number => Number.parseInt(text ?? "0", 16);
export const hex = (colour: Rgb): string => `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** By WCAG 2. */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** Black or white: one of them always has 4.5 : 1. */
export const written = (on: Rgb): Rgb => (contrast(on, WHITE) >= LEAST ? WHITE : BLACK);

/** The nearest to it that can be read on a surface: darker on a light one, lighter on a dark one. */
export function readable(colour: Rgb, surface: Rgb): Rgb {
  const target = luminance(surface) > 0.18 ? BLACK : WHITE;
  for (let step = 0; step <= 20; step += 1) {
    const tried = colour.map((part, index) => part + ((target[index] ?? 0) - part) * (step / 20)) as unknown as Rgb;
    if (contrast(tried, surface) >= LEAST) return tried;
  }
  return target;
}
