"""How long until words are on the screen: from the key that sends them, and from the frame that brings them.

For an open conversation in a real browser. It ends with the frame that is painted once the bubble is there."""

from collections.abc import Callable, Sequence

from playwright.sync_api import BrowserContext, Page

FIELD = "[data-composer] textarea"
PATIENCE_MS = 60_000
# When each socket's frame came, before anybody has read it. To be run before the page's own scripts.
FRAMES = """
  window.frames_ = [];
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => window.frames_.push([performance.now(), String(data)]));
    }
  };
"""
KEYS = """
  () => addEventListener("keydown", event => { if (event.key === "Enter") window.key_ = event.timeStamp; }, true)
"""
# Resolves with the time at which the text was painted, in whichever log there is; fails where it is not within 10 s.
PAINTED = """
  text => new Promise((resolve, reject) => {
    const there = () => document.querySelector("[role=log]")?.textContent.includes(text);
    const painted = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    setTimeout(() => reject(new Error(`not painted: ${text}`)), 10_000);
    if (there()) return painted();
    const watch = new MutationObserver(() => there() && (watch.disconnect(), painted()));
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  })
"""


def count_frames(context: BrowserContext) -> None:
    """Before the page is opened."""
    context.add_init_script(FRAMES)


def key_to_bubble(page: Page, texts: Sequence[str]) -> list[float]:
    """Milliseconds from Enter to the bubble, for each text."""
    page.evaluate(KEYS)
    found = []
    for text in texts:
        page.locator(FIELD).fill(text)
        page.evaluate(f"text => {{ window.bubble_ = ({PAINTED})(text); }}", text)
        page.locator(FIELD).press("Enter")
        found.append(float(page.evaluate("() => window.bubble_.then(at => at - window.key_)")))
    return found


def event_to_bubble(page: Page, say: Callable[[str], None], texts: Sequence[str]) -> list[float]:
    """Milliseconds from the frame of the socket to the bubble, for each text that `say` has the customer write."""
    found = []
    for text in texts:
        page.evaluate(f"text => {{ window.frames_.length = 0; window.bubble_ = ({PAINTED})(text); }}", text)
        say(text)
        page.wait_for_function(
            "text => window.frames_.some(([, data]) => data.includes(text))", arg=text, timeout=PATIENCE_MS
        )
        came = "text => window.bubble_.then(at => at - window.frames_.find(([, data]) => data.includes(text))[0])"
        found.append(float(page.evaluate(came, text)))
    return found
