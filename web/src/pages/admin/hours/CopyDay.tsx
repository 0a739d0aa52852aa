/** The intervals of one day for others too. */

import { useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { CheckboxGroup } from "../../../ui/inputs";
import fields from "../../../ui/fields.module.css";
import { DAYS } from "./week";
import styles from "./Hours.module.css";

interface Props {
  from: number;
  names: readonly string[];
  copy: (days: number[]) => void;
}

export function CopyDay({ from, names, copy }: Props) {
  const say = useSay();
  const [chosen, choose] = useState<string[]>([]);
  const title = say("hours.copy_of", { day: names[from] ?? "" });
  return (
    <DialogTrigger onOpenChange={(isOpen) => isOpen && choose(from < 5 ? DAYS.filter((day) => day < 5 && day !== from).map(String) : [])}>
      <Button kind="quiet" icon="copy" aria-label={`${say("hours.copy")}: ${names[from] ?? ""}`}>
        {say("hours.copy")}
      </Button>
      <Popover className={fields["popover"] ?? ""}>
        <Dialog className={styles["copy"] ?? ""} aria-label={title}>
          {({ close }) => (
            <>
              <CheckboxGroup
                label={title}
                choices={DAYS.filter((day) => day !== from).map((day) => ({ id: String(day), label: names[day] ?? "" }))}
                value={chosen}
                onChange={choose}
              />
              <Button
                kind="primary"
                isDisabled={chosen.length === 0}
                onPress={() => {
                  copy(chosen.map(Number));
                  close();
                }}
              >
                {say("hours.copy_do")}
              </Button>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
