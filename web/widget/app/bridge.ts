/** The widget's page and whoever it is shown to: the loader on a company's page, or, on a page of its own, nobody. */

import { unwrap, wrap, type ToFrame, type ToHost } from "../shared/protocol";
import { FileKeeping } from "../shared/files";
import { Keeping } from "../shared/storage";

export interface Bridge {
  /** Framed by a company's page; else a page of its own. */
  framed: boolean;
  say(said: ToHost): void;
  listen(heard: (said: ToFrame) => void): void;
}

/** `host`: the origin that the frame's address names. A browser lets only sites frame it that the inbox names, and gives
 * what is said here to that origin alone. */
export function bridge(inbox: string): Bridge {
  return window.parent === window ? alone(inbox) : framed(new URLSearchParams(location.search).get("host") ?? "");
}

function framed(host: string): Bridge {
  const say = (said: ToHost): void => window.parent.postMessage(wrap(said), host);
  return {
    framed: true,
    say,
    listen: (heard) => {
      addEventListener("message", (event) => {
        if (event.origin !== host || event.source !== window.parent) return;
        const said = unwrap<ToFrame>(event.data);
        if (said !== null) heard(said);
      });
      say({ kind: "ready" });
    },
  };
}

function alone(inbox: string): Bridge {
  const keeping = new Keeping(`parley:${inbox}:`, () => localStorage);
  const files = new FileKeeping(`parley:${inbox}:`, keeping);
  return {
    framed: false,
    say: (said) => {
      if (said.kind === "keep") keeping.set(said.key, said.value);
      if (said.kind === "file") files.take(said.key, said.file);
      if (said.kind === "look") document.title = said.colours.brand || said.title;
    },
    listen: (heard) => {
      heard({
        kind: "begin",
        kept: keeping.all(),
        lasting: keeping.lasting,
        languages: [...navigator.languages],
        dir: "ltr",
        open: true,
      });
      void files.restore().then((kept) => heard({ kind: "files", files: kept }));
    },
  };
}
