/** The whole workspace before a desk that is in the page itself: how long a person waits for the page alone.
 * bench/web_desk.py drives it. */

import { FakeDesk, FakeSocket, ME } from "./fakeDesk";

const asked = new URLSearchParams(location.search);
const desk = new FakeDesk({ conversations: Number(asked.get("conversations") ?? 20), messages: Number(asked.get("messages") ?? 60), wait: Number(asked.get("wait") ?? 100) });

declare global {
  interface Window {
    desk: FakeDesk;
    frames_: typeof FakeSocket.came;
  }
}

const network = window.fetch.bind(window);
const access = `x.${btoa(JSON.stringify({ username: ME }))}.x`;

window.desk = desk;
window.frames_ = FakeSocket.came;
window.fetch = async (input, init) => {
  const request = new Request(input, init);
  const { origin, pathname } = new URL(request.url);
  if (pathname === "/config.json") return Response.json({ api_url: `${location.origin}/v1`, sign_in: { url: `${location.origin}/pool`, client_id: "c" }, stage: "bench" });
  if (pathname.startsWith("/pool")) return Response.json({ AuthenticationResult: { AccessToken: access, ExpiresIn: 3_600 } });
  return origin === location.origin && pathname.startsWith("/v1/") ? desk.answer(request) : network(request);
};
window.WebSocket = class {
  constructor() {
    return new FakeSocket(desk) as never;
  }
} as unknown as typeof WebSocket;
sessionStorage.setItem("parley.refresh", "r");
history.replaceState(null, "", asked.get("at") ?? "/inbox/all");
await import("../src/main");
