import { expect, it } from "vitest";
import type { Say } from "../src/i18n/texts";
import { legWords } from "../src/inbox/composer/legWords";

const say = ((id: string) => id) as Say;

it("says why a way is refused in the reader's language, and what it does not know as the desk says it", () => {
  expect(legWords({ code: "identity_unproven", text: "Nothing proves it." }, say)).toBe("composer.why.identity_unproven");
  expect(legWords({ code: "recent", text: "-", points: 8 }, say)).toBe("composer.why.recent_hour");
  expect(legWords({ code: "recent", text: "-", points: 4 }, say)).toBe("composer.why.recent_day");
  expect(legWords({ code: "unfit", text: "Too long for SMS." }, say)).toBe("Too long for SMS.");
  expect(legWords({ code: "constructor", text: "As it is." }, say)).toBe("As it is.");
});
