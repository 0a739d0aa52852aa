/** The intervals of one day, each with a start, an end and whether that is on the day after. */

import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { TextField } from "../../../ui/fields";
import { another, faultsOf, minutes, overMidnight, type Interval } from "./week";
import styles from "./Hours.module.css";

interface Props {
  /** What the day is called, in the names of its fields. */
  day: string;
  intervals: readonly Interval[];
  change: (intervals: Interval[]) => void;
  /** What the API said of this day. */
  refused?: string | undefined;
  children?: ReactNode;
}

export function Intervals({ day, intervals, change, refused, children }: Props) {
  const say = useSay();
  const faults = faultsOf(intervals);
  const put = (place: number, part: Partial<Interval>) => change(intervals.map((each, at) => (at === place ? { ...each, ...part } : each)));
  return (
    <div className={styles["intervals"]}>
      {intervals.length === 0 && <p className={styles["closed"]}>{say("hours.closed")}</p>}
      {intervals.map((interval, place) => (
        <OneInterval
          key={place}
          day={day}
          n={place + 1}
          interval={interval}
          fault={faults.get(place)}
          put={(part) => put(place, part)}
          remove={() => change(intervals.filter((_, at) => at !== place))}
        />
      ))}
      {refused !== undefined && <p className={styles["fault"]}>{refused}</p>}
      <div className={styles["tools"]}>
        <Button kind="quiet" icon="plus" aria-label={say("hours.add_to", { day })} onPress={() => change([...intervals, another(intervals)])}>
          {say("hours.add")}
        </Button>
        {children}
      </div>
    </div>
  );
}

interface OneProps {
  day: string;
  n: number;
  interval: Interval;
  fault: "missing" | "overlap" | undefined;
  put: (part: Partial<Interval>) => void;
  remove: () => void;
}

function OneInterval({ day, n, interval, fault, put, remove }: OneProps) {
  const say = useSay();
  const isOver = overMidnight(interval);
  /** It cannot end on the same day. */
  const must = interval.start !== "" && interval.end !== "" && minutes(interval.end) <= minutes(interval.start);
  /** The day is the group's name; a second interval's fields are told apart by its number. */
  const named = (text: string): string => (n === 1 ? text : `${text} (${n})`);
  return (
    <div className={styles["interval"]}>
      <TextField
        label={named(say("hours.from"))}
        type="time"
        value={interval.start}
        onChange={(start) => put({ start })}
        error={fault && say(`hours.fault.${fault}`)}
      />
      <TextField
        label={named(say("hours.to"))}
        type="time"
        value={interval.end}
        onChange={(end) => put({ end, next: interval.next && must })}
      />
      <ToggleButton
        className={styles["next"] ?? ""}
        aria-label={say("hours.of", { what: say("hours.next_day"), day, n })}
        isSelected={isOver}
        isDisabled={must}
        onChange={(next) => put({ next })}
      >
        {say("hours.next_day")}
      </ToggleButton>
      <IconButton icon="close" label={say("hours.remove", { day, n })} onPress={remove} />
    </div>
  );
}
