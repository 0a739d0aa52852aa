/** Sounds made by the browser itself, no files: which are wanted, how loud, and whether the browser lets them be heard. */

import { SOUNDS, type Sound } from "./classes";

export interface SoundChoice {
  /** From 0 to 100. */
  volume: number;
  on: Readonly<Record<Sound, boolean>>;
}

export const SOUND_KEY = "parley.sounds";
const AS_GIVEN: SoundChoice = { volume: 60, on: { offer: true, mention: true, sla: true, important: true, message: false } };

export function choiceFrom(text: string | null): SoundChoice {
  try {
    const found = JSON.parse(text ?? "null") as Partial<SoundChoice> | null;
    const volume = typeof found?.volume === "number" ? Math.min(100, Math.max(0, found.volume)) : AS_GIVEN.volume;
    const on = Object.fromEntries(SOUNDS.map((each) => [each, found?.on?.[each] ?? AS_GIVEN.on[each]])) as Record<Sound, boolean>;
    return { volume, on };
  } catch {
    return AS_GIVEN;
  }
}

/** Tones one after another: hertz, from when and for how long in seconds. */
type Tone = readonly [hertz: number, from: number, lasts: number];
const TONES: Record<Sound, readonly Tone[]> = {
  message: [[660, 0, 0.12]],
  important: [
    [523, 0, 0.14],
    [784, 0.16, 0.22],
  ],
  offer: [
    [587, 0, 0.16],
    [740, 0.18, 0.16],
    [880, 0.36, 0.26],
  ],
  mention: [
    [880, 0, 0.1],
    [880, 0.16, 0.14],
  ],
  sla: [
    [784, 0, 0.14],
    [622, 0.18, 0.14],
    [494, 0.36, 0.24],
  ],
};
/** As loud as it gets: a tone of 1 would frighten. */
const LOUDEST = 0.3;
const FADE = 0.02;

class Speaker {
  private context: AudioContext | null = null;
  private listeners = new Set<() => void>();
  private text: string | null = null;
  private chosen = AS_GIVEN;
  /** A sound was wanted and the browser kept it back. */
  private isBlocked = false;

  readonly blocked = (): boolean => this.isBlocked;

  /** Nobody has pressed anything in this tab, or there is no sound at all. */
  readonly mute = (): boolean => this.context?.state !== "running";

  readonly choice = (): SoundChoice => {
    let text: string | null = this.text;
    try {
      text = localStorage.getItem(SOUND_KEY);
    } catch {
      // Then it lasts as long as the page.
    }
    if (text !== this.text) [this.text, this.chosen] = [text, choiceFrom(text)];
    return this.chosen;
  };

  choose(choice: SoundChoice): void {
    [this.text, this.chosen] = [JSON.stringify(choice), choice];
    try {
      localStorage.setItem(SOUND_KEY, this.text);
    } catch {
      // As above.
    }
    this.tell();
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** By a press of somebody's, after which browsers let it be heard. */
  async unlock(): Promise<void> {
    try {
      this.context ??= new AudioContext();
      await this.context.resume();
    } catch {
      // There is no sound here at all.
    }
    if (this.context?.state === "running") this.block(false);
  }

  async play(sound: Sound, { test = false } = {}): Promise<void> {
    const { volume, on } = this.choice();
    if (!test && (!on[sound] || volume === 0)) return;
    try {
      this.context ??= new AudioContext();
      // A browser that forbids it leaves this waiting, for ever perhaps.
      if (this.context.state !== "running") void this.context.resume();
      await new Promise((soon) => setTimeout(soon, this.context?.state === "running" ? 0 : 200));
    } catch {
      return this.block(true);
    }
    if (this.context.state !== "running") return this.block(true);
    this.block(false);
    for (const tone of TONES[sound]) this.sing(this.context, tone, (volume / 100) * LOUDEST);
    performance.mark(`parley.sound.${sound}`);
  }

  private sing(context: AudioContext, [hertz, from, lasts]: Tone, loud: number): void {
    const [tone, gain] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + from;
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loud, start + FADE);
    gain.gain.setValueAtTime(loud, start + lasts - FADE);
    gain.gain.linearRampToValueAtTime(0, start + lasts);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + lasts);
  }

  private block(blocked: boolean): void {
    if (blocked === this.isBlocked) return;
    this.isBlocked = blocked;
    this.tell();
  }

  private tell(): void {
    for (const each of this.listeners) each();
  }
}

export const speaker = new Speaker();
