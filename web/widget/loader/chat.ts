/** The chat on a company's page: a launcher in a closed shadow root, and a frame of the chat's own origin, made when it
 * is first needed. */

import { preferred, type Language } from "../../src/i18n/languages";
import { hex, rgb, written } from "../shared/contrast";
import { unwrap, wrap, type EventName, type Position, type Proof, type ToFrame, type ToHost } from "../shared/protocol";
import { FILE, FileKeeping } from "../shared/files";
import { Keeping } from "../shared/storage";
import { CSS, icon } from "./look";
import { WORDS } from "./words";

declare const __BUILD__: string;

/** Somebody who talked within this time may be answered: the frame is there to hear it. */
const AWAIT_ANSWERS = 24 * 3_600_000;
export const LAST_WORD = "last";
const COLOURS = "colours";
const OPEN = "open";

/** Where the chat is, and what the snippet says of it. */
export interface Place {
  /** As in https://…/widget/v1/ibx_… */
  address: string;
  accent: string | null;
  position: Position;
  language: string | null;
  nonce: string | null;
}

export type Listener = (data: unknown) => void;

export class Chat {
  private readonly root = document.createElement("div");
  private readonly corner = document.createElement("div");
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("b");
  private readonly icon = icon();
  private readonly keeping: Keeping;
  private readonly files: FileKeeping;
  private readonly origin: string;
  private readonly listeners = new Map<string, Set<Listener>>();
  private frame: HTMLIFrameElement | null = null;
  private ready = false;
  private isOpen = false;
  private waiting: ToFrame[] = [];
  private words: (typeof WORDS)[Language];
  private unread = "";

  constructor(private readonly place: Place) {
    const address = new URL(place.address, location.href);
    this.words = WORDS[preferred(this.languages())];
    this.origin = address.origin;
    const name = `parley:${address.pathname.split("/").pop() ?? ""}:`;
    this.keeping = new Keeping(name, () => localStorage);
    this.files = new FileKeeping(name, this.keeping);
    this.build();
    addEventListener("message", this.heard);
    addEventListener("storage", this.changedElsewhere);
    if (this.keeping.get(OPEN) === "1" && innerWidth >= 640) this.open(false);
    else if (this.awaitsAnswers()) (window.requestIdleCallback ?? setTimeout)(() => this.makeFrame());
  }

  open(focus = true): void {
    this.makeFrame();
    this.show(true);
    if (focus) this.frame?.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.show(false);
    this.button.focus({ preventScroll: true });
  }

  identify(proof: Proof): void {
    // Who is signed in wants their answers wherever they are.
    this.makeFrame();
    this.tell({ kind: "identify", proof });
  }

  on(name: EventName, listener: Listener): void {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(listener));
  }

  /** As if the visitor had never been here: for sites whose user signs out. */
  shutdown(): void {
    removeEventListener("message", this.heard);
    removeEventListener("storage", this.changedElsewhere);
    this.root.remove();
    this.files.clear();
    this.keeping.clear();
  }

  // --- what is on the page ---

  private build(): void {
    const shadow = this.root.attachShadow({ mode: "closed" });
    this.dress(shadow);
    this.corner.className = "corner";
    this.button.type = "button";
    this.button.append(this.icon.element, this.badge);
    this.button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    const kept = this.keeping.get(COLOURS)?.split(" ") ?? [];
    const given = rgb(this.place.accent ?? "");
    const position = kept[2] === "start" || kept[2] === "end" ? kept[2] : this.place.position;
    this.paint(kept[0] ?? (given && hex(given)), kept[1] ?? (given && hex(written(given))), position);
    this.corner.dir = getComputedStyle(document.documentElement).direction;
    this.corner.append(this.button);
    shadow.append(this.corner);
    this.name();
    document.body.append(this.root);
  }

  /** A sheet that is made here needs no word in the site's policy; an old browser is given one with the nonce. */
  private dress(shadow: ShadowRoot): void {
    if ("adoptedStyleSheets" in shadow) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      shadow.adoptedStyleSheets = [sheet];
      return;
    }
    const style = document.createElement("style");
    if (this.place.nonce) style.nonce = this.place.nonce;
    style.textContent = CSS;
    (shadow as ShadowRoot).append(style);
  }

  private paint(accent: string | null, onAccent: string | null, position: Position): void {
    if (accent) this.corner.style.setProperty("--accent", accent);
    if (onAccent) this.corner.style.setProperty("--on-accent", onAccent);
    this.corner.dataset["position"] = position;
  }

  private name(): void {
    const name = this.isOpen ? this.words.close : this.unread ? `${this.words.open}. ${this.unread}` : this.words.open;
    this.button.setAttribute("aria-label", name);
    this.button.setAttribute("aria-expanded", String(this.isOpen));
    if (this.frame) this.frame.title = this.words.title;
  }

  private show(open: boolean): void {
    this.isOpen = open;
    this.corner.toggleAttribute("data-open", open);
    this.icon.show(open);
    this.keeping.set(OPEN, open ? "1" : null);
    this.name();
    this.tell({ kind: "shown", open });
  }

  private makeFrame(): void {
    if (this.frame) return;
    this.frame = document.createElement("iframe");
    this.frame.src = `${this.place.address}/frame?build=${__BUILD__}&host=${encodeURIComponent(location.origin)}`;
    this.frame.referrerPolicy = "no-referrer";
    this.name();
    this.corner.prepend(this.frame);
  }

  // --- what is said ---

  private tell(said: ToFrame): void {
    if (this.ready) this.frame?.contentWindow?.postMessage(wrap(said), this.origin);
    else if (said.kind !== "shown") this.waiting.push(said);
  }

  private readonly heard = (event: MessageEvent): void => {
    if (event.origin !== this.origin || !this.frame || event.source !== this.frame.contentWindow) return;
    const said = unwrap<ToHost>(event.data);
    if (said !== null) this.take(said);
  };

  private take(said: ToHost): void {
    switch (said.kind) {
      case "ready":
        return this.begin();
      case "keep":
        return this.keeping.set(said.key, said.value);
      case "file":
        return this.files.take(said.key, said.file);
      case "close":
        return this.close();
      case "unread":
        this.badge.textContent = said.count === 0 ? "" : said.count > 99 ? "99+" : String(said.count);
        this.unread = said.count === 0 ? "" : said.label;
        return this.name();
      case "look":
        this.words = { open: said.open, close: said.close, title: said.title };
        this.keeping.set(COLOURS, `${said.colours.accent} ${said.colours.onAccent} ${said.colours.position}`);
        this.paint(said.colours.accent, said.colours.onAccent, said.colours.position);
        return this.name();
      case "event":
        for (const listener of this.listeners.get(said.name) ?? []) listener(said.data);
    }
  }

  private begin(): void {
    this.ready = true;
    this.tell({
      kind: "begin",
      kept: this.keeping.all(),
      lasting: this.keeping.lasting,
      languages: this.languages(),
      dir: this.corner.dir === "rtl" ? "rtl" : "ltr",
      open: this.isOpen,
    });
    for (const said of this.waiting.splice(0)) this.tell(said);
    void this.files.restore().then((files) => files.length > 0 && this.tell({ kind: "files", files }));
  }

  private readonly changedElsewhere = (event: StorageEvent): void => {
    const key = this.keeping.mine(event.key);
    if (key !== null && key !== OPEN && key !== COLOURS) this.tell({ kind: "kept", key, value: event.newValue });
  };

  private awaitsAnswers(): boolean {
    const last = Number(this.keeping.get(LAST_WORD));
    const unsent = Object.keys(this.keeping.all()).some((key) => key.startsWith("out:") || key.startsWith(FILE));
    return unsent || (last > 0 && Date.now() - last < AWAIT_ANSWERS);
  }

  private languages(): string[] {
    const page = document.documentElement.lang;
    return [this.place.language ?? "", page, ...navigator.languages].filter(Boolean);
  }
}
