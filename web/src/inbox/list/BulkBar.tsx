/** What can be done with the rows that are selected, and which of them were refused. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { Autocomplete, Button as AriaButton, Input, Menu, MenuItem, MenuTrigger, Popover, TextField, Toolbar, useFilter } from "react-aria-components";
import { told } from "../../api/client";
import { useApi, useFormats, useMe, useSay } from "../../app/desk";
import { Button, IconButton } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { changeOf, snoozes, type Wish } from "./bulk";
import { useTeams } from "./counts";
import { PRIORITIES, type Row } from "./places";
import { useBulk } from "./useBulk";
import styles from "./list.module.css";

interface Props {
  rows: readonly Row[];
  clear: () => void;
  /** Rows that the change is done with; the others stay selected. */
  done: (rows: readonly Row[]) => void;
}

const MANY = 8;

export function BulkBar({ rows, clear, done }: Props) {
  const [say, formats, teams] = [useSay(), useFormats(), useTeams()];
  const bulk = useBulk(done);
  const act = (wish: Wish) => bulk.change(changeOf(wish), rows);
  const status = useMemo(
    () => [
      { id: "resolved", label: say("list.do_resolve") },
      { id: "open", label: say("list.do_open") },
      { id: "pending", label: say("list.do_pending") },
      ...snoozes(new Date()).map(({ id, at }) => ({ id: `until:${at.toISOString()}`, label: say(`list.do_snooze_${id}`, { time: formats.dateTime(at) }) })),
    ],
    [say, formats],
  );
  const setStatus = (key: string) =>
    key.startsWith("until:") ? act({ action: "status", status: "snoozed", snoozed_until: key.slice(6) }) : act({ action: "status", status: key as Row["status"] });
  return (
    <>
      {rows.length > 0 && (
        <Toolbar className={styles["bulk"] ?? ""} aria-label={say("list.bulk")}>
          <p className={styles["many"]} role="status">
            {say("list.selected", { n: rows.length })}
          </p>
          <IconButton icon="close" label={say("list.clear")} onPress={clear} />
          <Assign busy={bulk.busy} act={act} />
          <Choose label={say("list.do_transfer")} busy={bulk.busy} choices={teams.map(({ id, name }) => ({ id, label: name }))} act={(team_id) => act({ action: "transfer", team_id })} />
          <Choose
            label={say("list.do_priority")}
            busy={bulk.busy}
            choices={PRIORITIES.map((id) => ({ id, label: say(`list.priority_${id}`) }))}
            act={(priority) => act({ action: "priority", priority: priority as Row["priority"] })}
          />
          <Choose label={say("list.do_status")} busy={bulk.busy} choices={status} act={setStatus} />
        </Toolbar>
      )}
      <Dialog title={say("list.refused", { n: bulk.refused.length })} isOpen={bulk.refused.length > 0} onClose={bulk.close}>
        <ul className={styles["refusals"]}>
          {bulk.refused.map(({ row, detail }) => (
            <li key={row.id}>
              <bdi>{row.contact_name === "" ? say("inbox.nobody") : row.contact_name}</bdi>
              <p>{detail}</p>
            </li>
          ))}
        </ul>
        <div className={styles["buttons"]}>
          <Button onPress={bulk.close}>{say("list.close")}</Button>
          <Button kind="primary" icon="refresh" isDisabled={bulk.busy} onPress={bulk.again}>
            {say("list.again")}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

function Assign({ busy, act }: { busy: boolean; act: (wish: Wish) => void }) {
  const [api, say, me] = [useApi(), useSay(), useMe()];
  const { data } = useQuery({ queryKey: ["agents", "of lists"], queryFn: () => told(api.GET("/agents", { params: { query: { limit: 100 } } })), staleTime: 60_000 });
  const others = (data?.items ?? []).filter((agent) => agent.enabled && agent.id !== me.id).map(({ id, name }) => ({ id, label: name }));
  const choices = [{ id: me.id, label: say("list.me", { name: me.name }) }, ...others];
  return <Choose label={say("list.do_assign")} busy={busy} choices={choices} act={(assignee_id) => act({ action: "assign", assignee_id })} />;
}

interface ChooseProps {
  label: string;
  choices: ReadonlyArray<{ id: string; label: string }>;
  busy: boolean;
  act: (id: string) => void;
}

function Choose({ label, choices, busy, act }: ChooseProps) {
  const { contains } = useFilter({ sensitivity: "base" });
  const say = useSay();
  const menu: ReactNode = (
    <Menu className={styles["menu"] ?? ""} items={choices} aria-label={label} onAction={(key) => act(String(key))}>
      {(choice) => (
        <MenuItem id={choice.id} className={styles["option"] ?? ""}>
          {choice.label}
        </MenuItem>
      )}
    </Menu>
  );
  return (
    <MenuTrigger>
      <AriaButton className={styles["small"] ?? ""} isDisabled={busy || choices.length === 0}>
        {label}
        <Icon name="down" size={16} />
      </AriaButton>
      <Popover className={styles["popover"] ?? ""}>
        {choices.length > MANY ? (
          <Autocomplete filter={contains}>
            <TextField aria-label={say("list.find")} autoFocus className={styles["find"] ?? ""}>
              <Input placeholder={say("list.find")} className={styles["input"] ?? ""} />
            </TextField>
            {menu}
          </Autocomplete>
        ) : (
          menu
        )}
      </Popover>
    </MenuTrigger>
  );
}
