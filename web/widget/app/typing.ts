/** The visitor's own typing, told every few seconds while keys are pressed, and once when they have stopped. */

import type { Api } from "./api";

const EVERY = 3_000;

export class Typing {
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: Api) {}

  pressed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(false), EVERY + 1_000);
    if (Date.now() - this.told < EVERY) return;
    this.told = Date.now();
    this.tell(true);
  }

  /** What was typed has been sent. */
  done(): void {
    clearTimeout(this.timer);
    this.told = 0;
  }

  private tell(active: boolean): void {
    void this.api.typing(active).catch(() => undefined);
  }
}
