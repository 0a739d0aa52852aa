import { describe, expect, it } from "vitest";
import { conditionOf, NO_FILTER, placeOf, sortOf, SORTS, type Filter, type SavedView } from "../src/inbox/list/places";
import { filterIn, placeIn, sortFor, sortIn, sourceOf, statusIn } from "../src/inbox/list/views";

const view = (more: Partial<SavedView>): SavedView => ({ source: { list: "all", status: "open" }, filter: {}, ...more }) as SavedView;
const kept = (place: string, filter: Partial<Filter>): SavedView => {
  const whole = { ...NO_FILTER, ...filter };
  return view({ source: sourceOf(placeOf(place), whole) as unknown as SavedView["source"], filter: conditionOf(whole) as SavedView["filter"] });
};

describe("a saved view", () => {
  it.each([
    ["mine", { status: "open" }],
    ["all", { status: "pending", channel: "whatsapp" }],
    ["team/team_1", { status: "resolved", label: "refund", priority: "high" }],
    ["inbox/ibx_1", { status: "open", channel: "email", label: "a", priority: "low", team: "team_2" }],
  ] as const)("is shown in the form as it was kept: %s %o", (place, filter) => {
    const found = kept(place, filter);
    expect([placeIn(found), filterIn(found)]).toEqual([placeOf(place), { ...NO_FILTER, ...filter }]);
  });

  it.each([
    [{ any: [{ field: "channel", is: "sms" }] }],
    [{ field: "labels", in: ["a", "b"] }],
    [{ field: "unread", is: 3 }],
    [{ field: "assignee_id", is: "me" }],
    [{ field: "priority", is: "utmost" }],
    [{ all: [{ field: "labels", is: "a" }, { field: "labels", is: "b" }] }],
    [{ all: [{ field: "labels", is: "a" }], not: { field: "channel", is: "sms" } }],
    [{ field: "toString", is: "a" }],
  ])("asks for more than the form shows: %o", (filter) => {
    expect(filterIn(view({ filter }))).toBeNull();
    expect(statusIn(view({ filter })).status).toBe("open");
  });

  it("has its order, until another one is asked for", () => {
    for (const sort of SORTS) expect(sortIn(sortFor(sort))).toBe(sort);
    expect([sortOf(placeOf("saved/view_1"), undefined, "waiting"), sortOf(placeOf("saved/view_1"), "need", "waiting"), sortOf(placeOf("saved/view_1"), undefined)]).toEqual(["waiting", "need", "newest"]);
  });
});
