/** @jsxImportSource preact */
/** The widget's own page: what the document tells of the chat, then the chat. */

import { render } from "preact";
import { LOCALES } from "../../src/i18n/languages";
import { watchCompositions } from "../../src/keys/ime";
import { Api } from "./api";
import { bridge } from "./bridge";
import { Chat } from "./chat";
import { DARK, hex, LIGHT, readable, rgb, written, type Rgb } from "../shared/contrast";
import css from "./panel.css?inline";
import type { Facts, State } from "./state";
import { ChatContext } from "./view/use";
import { Panel } from "./view/Panel";
import { sayer } from "./words";

const ACCENT = "#0b57d0";

const facts = JSON.parse(document.getElementById("facts")?.textContent ?? "null") as Facts;
const to = bridge(facts.inbox);
const api = new Api(location.pathname.replace(/\/frame$/, ""), navigator.language);
const chat = new Chat(facts, api, to);

function dress(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  const { theme, accent } = facts.look;
  const chosen = rgb(accent ?? ACCENT) ?? (rgb(ACCENT) as Rgb);
  const root = document.documentElement;
  if (theme !== "auto") root.dataset["theme"] = theme;
  const colours = { brand: chosen, "on-brand": written(chosen), "accent-light": readable(chosen, LIGHT), "accent-dark": readable(chosen, DARK) };
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, hex(colour));
}

/** In the language and direction that the first word from outside brings. */
function speak({ language, dir }: State): void {
  document.documentElement.lang = language;
  document.documentElement.dir = dir;
  api.language = LOCALES[language];
  const say = sayer(language);
  const { look } = facts;
  const chosen = rgb(look.accent ?? ACCENT) ?? (rgb(ACCENT) as Rgb);
  const brand = look.brand || say("widget.title");
  const colours = { accent: hex(chosen), onAccent: hex(written(chosen)), position: look.position, brand: look.brand };
  to.say({ kind: "look", colours, open: say("widget.open"), close: say("widget.close"), title: say("widget.with", { brand }) });
}

dress();
watchCompositions();
let begun = false;
to.listen((said) => {
  chat.hear(said);
  if (said.kind !== "begin" || begun) return;
  begun = true;
  speak(chat.state);
  render(<ChatContext.Provider value={chat}><Panel /></ChatContext.Provider>, document.body);
});
