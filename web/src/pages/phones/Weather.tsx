/** What the providers do wrong, and what time it is with them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useFormats, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { Button } from "../../ui/Button";
import { Select } from "../../ui/fields";
import type { Json } from "./kinds";
import { asked } from "./simulator";
import styles from "./Phones.module.css";

/** Each a setting of the knobs; all the others go back to how they were. */
const FAULTS = {
  none: {},
  duplicates: { duplicates: 2 },
  shuffled: { status_order: "shuffled", status_delay_seconds: 1 },
  late: { latency_seconds: 5 },
  no_receipts: { withhold_statuses: ["all"] },
  drop_answer: { drop_answer_next: 1 },
  refuse_next: { provider_error_next: 1 },
  down: { server_error_next: 20 },
  bad_signature: { bad_signature_next: 1 },
} as const satisfies Record<string, Json>;

type Fault = keyof typeof FAULTS;

export function Weather({ channels }: { channels: readonly string[] }) {
  const [say, formats] = [useSay(), useFormats()];
  const queries = useQueryClient();
  const clock = useQuery({ queryKey: ["sim", "clock"], queryFn: () => asked<{ now: string }>("GET", "/clock"), refetchInterval: 5_000 });
  const moving = useMutation({
    mutationFn: (seconds: number | null) => (seconds === null ? asked("DELETE", "/clock") : asked("PUT", "/clock", { advance_seconds: seconds })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sim", "clock"] }),
  });
  return (
    <div className={styles["weather"]}>
      <p>
        {say("phones.clock")} <time>{clock.data === undefined ? "–" : formats.dateTime(clock.data.now)}</time>
      </p>
      <Button onPress={() => moving.mutate(3_600)}>{say("phones.hour")}</Button>
      <Button onPress={() => moving.mutate(86_400)}>{say("phones.day")}</Button>
      <Button onPress={() => moving.mutate(null)}>{say("phones.now")}</Button>
      {channels.map((channel) => (
        <Fault key={channel} channel={channel} />
      ))}
    </div>
  );
}

function Fault({ channel }: { channel: string }) {
  const say = useSay();
  const path = `/${channel}/knobs`;
  const chosen = useQuery({ queryKey: ["sim", "knobs", channel], queryFn: () => asked("GET", path), refetchInterval: 5_000 });
  const queries = useQueryClient();
  const choosing = useMutation({
    mutationFn: async (fault: Fault) => {
      await asked("DELETE", path);
      return fault === "none" ? {} : asked("PUT", path, FAULTS[fault]);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["sim", "knobs", channel] }),
  });
  const names = Object.keys(FAULTS) as Fault[];
  return (
    <Select
      label={say("phones.fault", { channel: channelName(channel, say) })}
      choices={names.map((id) => ({ id, label: say(`phones.fault.${id}`) }))}
      value={names.find((id) => id !== "none" && holds(chosen.data ?? {}, FAULTS[id])) ?? "none"}
      onChange={(fault) => choosing.mutate(fault)}
    />
  );
}

/** Whether the knobs stand so. */
function holds(knobs: Json, wanted: Json): boolean {
  const now = (knobs["knobs"] as Json | undefined) ?? knobs;
  return Object.entries(wanted).every(([name, value]) =>
    name.endsWith("_next") ? Number(now[name] ?? 0) > 0 : JSON.stringify(now[name]) === JSON.stringify(value),
  );
}
