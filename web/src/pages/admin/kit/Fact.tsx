/** What a rule asks for, found by typing, and what it is compared with: chosen where there is something to choose from. */

import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useQuery } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { channelName } from "../../../app/channels";
import { useApi, useSay } from "../../../app/desk";
import { Icon } from "../../../ui/Icon";
import { Select, TextField, type Choice } from "../../../ui/fields";
import fields from "../../../ui/fields.module.css";
import { FACTS, type Row } from "./condition";
import { factWords, isMeant } from "./factWords";
import { useInboxes, useTeams } from "./people";
import combo from "./combo.module.css";

const ITEMS = FACTS.map((id) => ({ id }));

export function FactName({ value, onChange }: { value: string; onChange: (field: string) => void }) {
  const say = useSay();
  return (
    <ComboBox
      className={fields["field"] ?? ""}
      defaultItems={ITEMS}
      defaultFilter={(field, typed) => isMeant(field, typed, say)}
      inputValue={value}
      onInputChange={onChange}
      allowsCustomValue
      menuTrigger="focus"
    >
      <Label className={fields["label"] ?? ""}>{say("rules.fact")}</Label>
      <div className={combo["combo"]}>
        <Input className={fields["input"] ?? ""} lang="en" autoCapitalize="none" spellCheck={false} />
        <Button className={combo["open"] ?? ""}>
          <Icon name="down" size={16} />
        </Button>
      </div>
      <Popover className={fields["popover"] ?? ""}>
        <ListBox<{ id: string }> className={fields["list"] ?? ""}>
          {({ id }) => (
            <ListBoxItem id={id} textValue={id} className={fields["option"] ?? ""}>
              {factWords(id, say)}
              <span lang="en">{id}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

const YES_NO = /^(is_returning|sla_at_risk|promise_broken|contact\.is_verified|entitlement\..+)$/;
export const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
const LISTS: ReadonlySet<string> = new Set(["in", "contains_any"]);

function useChoices({ field, operator }: Row): ReadonlyArray<Choice<string>> | null {
  const [say, api, teams, inboxes] = [useSay(), useApi(), useTeams(), useInboxes()];
  const channels = useQuery({ queryKey: ["admin", "channel-names"], queryFn: () => told(api.GET("/channels")), staleTime: Infinity });
  const yesNo = [
    { id: "true", label: say("rules.yes") },
    { id: "false", label: say("rules.no") },
  ];
  if (operator === "exists") return yesNo;
  if (operator !== "is" && operator !== "is_not") return null;
  if (YES_NO.test(field)) return yesNo;
  if (field === "priority") return PRIORITIES.map((id) => ({ id, label: say(`macros.priority.${id}`) }));
  if (field === "team_id") return teams.data?.map(({ id, name }) => ({ id, label: name })) ?? null;
  if (field === "inbox_id") return inboxes.data?.map(({ id, name }) => ({ id, label: name })) ?? null;
  if (field === "channel") return channels.data?.items.map(({ name }) => ({ id: name, label: channelName(name, say) })) ?? null;
  return null;
}

export function FactValue({ row, onChange }: { row: Row; onChange: (value: string) => void }) {
  const [say, choices] = [useSay(), useChoices(row)];
  const label = say(LISTS.has(row.operator) ? "rules.value_list" : "rules.value");
  if (choices === null) return <TextField label={label} value={row.value} onChange={onChange} maxLength={500} />;
  const known = choices.some((each) => each.id === row.value) || row.value === "";
  return <Select label={label} value={row.value} onChange={onChange} choices={known ? choices : [...choices, { id: row.value, label: row.value }]} />;
}
