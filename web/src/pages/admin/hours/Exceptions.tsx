/** Dates that are not as their weekday: closed, or with hours of their own. */

import { useState } from "react";
import { Disclosure, DisclosurePanel, Button as AriaButton, Heading } from "react-aria-components";
import { useFormats, useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { TextField } from "../../../ui/fields";
import { Icon } from "../../../ui/Icon";
import { Checkbox } from "../../../ui/inputs";
import { errorOf } from "../parts/faults";
import { ImportHolidays } from "./ImportHolidays";
import { Intervals } from "./Intervals";
import { another, withClosed, type Calendar, type DayOff, type Draft } from "./week";
import styles from "./Hours.module.css";

interface Props {
  calendar: Calendar;
  draft: Draft;
  change: (exceptions: DayOff[]) => void;
  refusal: Error | null;
}

export function Exceptions({ calendar, draft, change, refusal }: Props) {
  const say = useSay();
  const today = new Date().toISOString().slice(0, 10);
  const past = draft.exceptions.filter((each) => each.date < today);
  const coming = draft.exceptions.filter((each) => each.date >= today);
  const put = (one: DayOff) => change(draft.exceptions.map((each) => (each.date === one.date ? one : each)));
  const remove = (date: string) => change(draft.exceptions.filter((each) => each.date !== date));
  const row = (one: DayOff) => (
    <OneDay key={one.date} one={one} put={put} remove={() => remove(one.date)} refused={errorOf(refusal, `exceptions.${one.date}`)} />
  );
  return (
    <>
      <p className={styles["note"]}>{say(draft.exceptions.length === 0 ? "hours.no_exceptions" : "hours.exceptions_hint")}</p>
      {past.length > 0 && (
        <Disclosure className={styles["past"] ?? ""}>
          <Heading level={3}>
            <AriaButton slot="trigger" className={styles["fold"] ?? ""}>
              <Icon name="down" size={16} />
              {say("hours.past", { n: past.length })}
            </AriaButton>
          </Heading>
          <DisclosurePanel>{past.map(row)}</DisclosurePanel>
        </Disclosure>
      )}
      {coming.map(row)}
      <AddDay draft={draft} add={(one) => change([...draft.exceptions, one].sort((a, b) => a.date.localeCompare(b.date)))} />
      <ImportHolidays calendar={calendar} take={(closed) => change(withClosed(draft, closed).exceptions)} />
    </>
  );
}

interface OneProps {
  one: DayOff;
  put: (one: DayOff) => void;
  remove: () => void;
  refused: string | undefined;
}

function OneDay({ one, put, remove, refused }: OneProps) {
  const [say, formats] = [useSay(), useFormats("UTC")];
  const day = formats.date(`${one.date}T00:00:00Z`);
  return (
    <fieldset className={styles["off"]}>
      <legend>
        {day}
        {one.name !== "" && ` · ${one.name}`}
      </legend>
      <div className={styles["interval"]}>
        <TextField label={say("hours.reason")} value={one.name} onChange={(name) => put({ ...one, name })} maxLength={120} />
        <Checkbox
          label={say("hours.is_closed")}
          isSelected={one.intervals.length === 0}
          onChange={(isClosed) => put({ ...one, intervals: isClosed ? [] : [another([])] })}
        />
        <IconButton icon="remove" label={say("hours.remove_exception", { day })} onPress={remove} />
      </div>
      {one.intervals.length > 0 ? (
        <Intervals day={day} intervals={one.intervals} change={(intervals) => put({ ...one, intervals })} refused={refused} />
      ) : (
        refused !== undefined && <p className={styles["fault"]}>{refused}</p>
      )}
    </fieldset>
  );
}

function AddDay({ draft, add }: { draft: Draft; add: (one: DayOff) => void }) {
  const say = useSay();
  const [date, setDate] = useState("");
  const [name, setName] = useState("");
  const isTaken = draft.exceptions.some((each) => each.date === date);
  return (
    <div className={styles["interval"]} role="group" aria-label={say("hours.exceptions")}>
      <TextField label={say("hours.date")} type="date" value={date} onChange={setDate} error={isTaken ? say("hours.date_taken") : undefined} />
      <TextField label={say("hours.reason")} value={name} onChange={setName} maxLength={120} />
      <Button
        icon="plus"
        isDisabled={date === "" || isTaken}
        onPress={() => {
          add({ date, name: name.trim(), intervals: [] });
          setDate("");
          setName("");
        }}
      >
        {say("hours.add_exception")}
      </Button>
    </div>
  );
}
