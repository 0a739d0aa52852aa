/** Texts that are JSON: where they break, and where what the API names stands in them. */

export type Parsed = { value: unknown; fault: null } | { value: undefined; fault: { line: number; column: number } };

export function parsed(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown, fault: null };
  } catch {
    return { value: undefined, fault: placeOf(text, breaksAt(text)) };
  }
}

export const shown = (value: unknown): string => JSON.stringify(value, null, 2);

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The line on which what is called `policies[0].targets.resolution` stands; of its nearest parent, where it is missing. */
export function lineOf(text: string, path: string): number | null {
  const parts = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  const found = new Reader(text, parts.map((part) => part.replace(/[[\]]/g, ""))).find();
  return found === null ? null : placeOf(text, found).line;
}

/** Browsers word it differently, so it is looked for: the first character that can begin nothing. */
function breaksAt(text: string): number {
  const reader = new Reader(text, []);
  try {
    reader.value([]);
    reader.blank();
    return reader.at;
  } catch {
    return reader.at;
  }
}

class Reader {
  at = 0;
  private best: { depth: number; at: number } | null = null;

  constructor(
    private readonly text: string,
    private readonly wanted: readonly string[],
  ) {}

  find(): number | null {
    try {
      this.value([]);
    } catch {
      return null;
    }
    return this.best?.at ?? null;
  }

  blank(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  value(path: readonly string[], begin?: number): void {
    this.blank();
    if (path.length > 0 && path.every((part, place) => part === this.wanted[place]) && path.length > (this.best?.depth ?? 0))
      this.best = { depth: path.length, at: begin ?? this.at };
    const first = this.text[this.at];
    if (first === "{") this.members(path, "}", true);
    else if (first === "[") this.members(path, "]", false);
    else this.token(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  }

  private members(path: readonly string[], end: string, named: boolean): void {
    this.at += 1;
    this.blank();
    if (this.text[this.at] === end) return void (this.at += 1);
    for (let place = 0; ; place += 1) {
      this.blank();
      const begin = this.at;
      const name = named ? this.name() : String(place);
      this.value([...path, name], named ? begin : undefined);
      this.blank();
      const mark = this.text[this.at];
      if (mark !== "," && mark !== end) throw new SyntaxError();
      this.at += 1;
      if (mark === end) return;
    }
  }

  private name(): string {
    const text = this.token(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    this.blank();
    if (this.text[this.at] !== ":") throw new SyntaxError();
    this.at += 1;
    return JSON.parse(text) as string;
  }

  private token(form: RegExp): string {
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0];
    if (found === undefined) throw new SyntaxError();
    this.at += found.length;
    return found;
  }
}
