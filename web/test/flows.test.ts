import { describe, expect, it } from "vitest";
import { routes, type Flow } from "../src/pages/reports/flows";

const flow = (label: string, channel: string, outcome: string, n: number): Flow => ({ label, label_name: label, channel, outcome, n });

describe("flows", () => {
  it("are put together by topic and channel, the most travelled first", () => {
    const found = routes([flow("refund", "email", "ended_resolved", 2), flow("lamp", "sms", "ended_unanswered", 3), flow("refund", "email", "ended_one_touch", 4)]);
    expect(found.map(({ label, channel, n, outcomes }) => [label, channel, n, outcomes])).toEqual([
      ["refund", "email", 6, { ended_resolved: 2, ended_one_touch: 4 }],
      ["lamp", "sms", 3, { ended_unanswered: 3 }],
    ]);
  });

  it("keep those with an outcome that is not known here in the whole", () => {
    expect(routes([flow("a", "sms", "ended_new", 2), flow("a", "sms", "ended_resolved", 2)])[0]).toMatchObject({ n: 4, outcomes: { ended_resolved: 2 } });
  });
});
