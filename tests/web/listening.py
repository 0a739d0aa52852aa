"""What a page lets be heard, and which of an agent's tabs they look at."""

from playwright.sync_api import Page

# Tones by class, in hertz (web/src/app/notices/sounds.ts).
MESSAGE, IMPORTANT, MENTION = [660], [523, 784], [880, 880]
OFFER, SLA = [587, 740, 880], [784, 622, 494]

# Each tone that is played is written down, with when.
LISTENS = """
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.tones.push([Date.now(), Math.round(this.frequency.value)]);
    return start.apply(this, when);
  };
"""
# As browsers have it where nobody has pressed anything yet: a headless one lets all be heard.
KEEPS_BACK = """
  const { resume } = AudioContext.prototype;
  const { get } = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "state");
  let pressed = false;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => { pressed = true; }, true);
  const allowed = () => pressed;
  window.kept = [];
  AudioContext.prototype.resume = function () {
    if (allowed()) return resume.call(this);
    window.kept.push(Date.now());
    return new Promise(() => {});
  };
  const state = { get() { return allowed() ? get.call(this) : "suspended"; } };
  Object.defineProperty(BaseAudioContext.prototype, "state", state);
"""
# The page has given up on so many: it waits for each a moment (web/src/app/notices/sounds.ts).
GIVEN_UP = "many => window.kept.length >= many && Date.now() - window.kept.at(-1) > 300"


def heard(*pages: Page) -> list[int]:
    """By all of them, in order."""
    return [tone for _, tone in _tones(*pages)]


def heard_at(*pages: Page) -> list[float]:
    """When, in seconds since 1970."""
    return [at / 1000 for at, _ in _tones(*pages)]


def _tones(*pages: Page) -> list[tuple[int, int]]:
    # Those of one sound are begun in the same millisecond: they stay as they came.
    return sorted((each for page in pages for each in page.evaluate("() => window.tones")), key=lambda each: each[0])


def looks_at(page: Page) -> None:
    """This of a browser's tabs has the focus. Playwright has each believe that it does."""
    for each in page.context.pages:
        page.context.new_cdp_session(each).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page.bring_to_front()
    page.wait_for_function("() => document.hasFocus()")
    for each in page.context.pages:
        assert each is page or not each.evaluate("() => document.hasFocus()")
