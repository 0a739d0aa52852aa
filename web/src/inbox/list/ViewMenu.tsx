/** Views of one's own: keep what is shown as one, name it anew, take it away. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { Button as AriaButton, Form, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Select, TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { useTell } from "../../ui/Toasts";
import { useTeams, useViews, VIEWS_KEY } from "./counts";
import { canFilter, conditionOf, statusOf, type Filter, type Place, type SavedView, type Sort } from "./places";
import styles from "./list.module.css";

interface Props {
  place: Place;
  filter: Filter;
  sort: Sort | null;
  choose: (view: string) => void;
}

type Doing = "save" | "rename" | "delete" | null;

export function ViewMenu({ place, filter, sort, choose }: Props) {
  const say = useSay();
  const [doing, setDoing] = useState<Doing>(null);
  const shown = useViews().find((each) => place.kind === "saved" && each.id === place.id);
  const may = { save: canFilter(place), rename: shown?.editable === true, delete: shown?.editable === true };
  const items = (["save", "rename", "delete"] as const).filter((each) => may[each]);
  if (items.length === 0) return null;
  const close = () => setDoing(null);
  return (
    <>
      <MenuTrigger>
        <AriaButton className={styles["small"] ?? ""} aria-label={say("list.view_menu")}>
          <Icon name="more" size={16} />
        </AriaButton>
        <Popover className={styles["popover"] ?? ""} placement="bottom end">
          <Menu className={styles["menu"] ?? ""} aria-label={say("list.view_menu")} onAction={(key) => setDoing(key as Doing)}>
            {items.map((each) => (
              <MenuItem key={each} id={each} className={styles["option"] ?? ""}>
                {say(`list.view_${each}_do`)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {doing === "save" && <Save place={place} filter={filter} sort={sort} choose={choose} close={close} />}
      {doing === "rename" && shown && <Rename view={shown} close={close} />}
      {doing === "delete" && shown && <Delete view={shown} choose={choose} close={close} />}
    </>
  );
}

const SORTED: Record<Sort, Schemas["ViewBody"]["sort"]> = { need: "priority", newest: "activity", waiting: "waiting" };
const LISTED: Partial<Record<Place["kind"], Schemas["ViewSourceBody"]["list"]>> = { mine: "mine", unassigned: "unassigned", team: "team", inbox: "inbox" };

function Save({ place, filter, sort, choose, close }: Props & { close: () => void }) {
  const [api, say, me, queries] = [useApi(), useSay(), useMe(), useQueryClient()];
  const teams = useTeams();
  const [name, setName] = useState("");
  const [whose, setWhose] = useState("personal");
  const saving = useMutation({
    mutationFn: () => {
      const source = {
        list: LISTED[place.kind] ?? ("all" as const),
        status: statusOf(place, filter),
        ...(place.kind === "team" ? { team_id: place.id } : {}),
        ...(place.kind === "inbox" ? { inbox_id: place.id } : {}),
      };
      const scope = whose === "personal" || whose === "all" ? { scope: whose } : { scope: "team" as const, team_id: whose };
      return told(api.POST("/views", { body: { name, source, filter: conditionOf(filter), sort: SORTED[sort ?? "newest"], ...scope } as Schemas["ViewBody"] }));
    },
    onSuccess: async (view) => {
      await queries.invalidateQueries({ queryKey: VIEWS_KEY });
      close();
      choose(`saved/${view.id}`);
    },
  });
  const owners = [
    { id: "personal", label: say("list.whose_me") },
    ...teams.map((team) => ({ id: team.id, label: team.name })),
    { id: "all", label: say("list.whose_all") },
  ];
  return (
    <NameDialog title={say("list.view_save_do")} name={name} setName={setName} saving={saving} close={close}>
      {atLeast(me.role, "supervisor") && <Select label={say("list.whose")} choices={owners} value={whose} onChange={setWhose} />}
    </NameDialog>
  );
}

function Rename({ view, close }: { view: SavedView; close: () => void }) {
  const [api, say, queries] = [useApi(), useSay(), useQueryClient()];
  const [name, setName] = useState(view.name);
  const saving = useMutation({
    mutationFn: () => told(api.PATCH("/views/{view_id}", { params: { path: { view_id: view.id } }, body: { name, version: view.version } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: VIEWS_KEY });
      close();
    },
  });
  return <NameDialog title={say("list.view_rename_do")} name={name} setName={setName} saving={saving} close={close} />;
}

interface NameProps {
  title: string;
  name: string;
  setName: (name: string) => void;
  saving: { mutate: () => void; isPending: boolean; error: unknown };
  close: () => void;
  children?: ReactNode;
}

function NameDialog({ title, name, setName, saving, close, children }: NameProps) {
  const say = useSay();
  const fault = saving.error;
  const error = fault === null || fault === undefined ? undefined : fault instanceof Problem && fault.detail !== "" ? fault.detail : say("list.bulk_failed");
  const send = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Dialog title={title} isOpen onClose={close}>
      <Form onSubmit={send} className={styles["form"] ?? ""}>
        <TextField label={say("list.view_name")} value={name} onChange={setName} isRequired maxLength={100} autoFocus error={error} />
        {children}
        <div className={styles["buttons"]}>
          <Button onPress={close}>{say("list.cancel")}</Button>
          <Button kind="primary" type="submit" isDisabled={saving.isPending}>
            {say("list.save")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function Delete({ view, choose, close }: { view: SavedView; choose: (view: string) => void; close: () => void }) {
  const [api, say, tell, queries] = [useApi(), useSay(), useTell(), useQueryClient()];
  const removing = useMutation({
    mutationFn: () => told(api.DELETE("/views/{view_id}", { params: { path: { view_id: view.id } } })),
    onSuccess: async () => {
      close();
      choose("mine");
      await queries.invalidateQueries({ queryKey: VIEWS_KEY });
    },
    onError: (fault) => tell({ text: fault instanceof Problem ? fault.detail : say("list.bulk_failed"), tone: "bad" }),
  });
  return (
    <Dialog title={say("list.view_delete_ask", { name: view.name })} isOpen alert onClose={close}>
      <p>{say("list.view_delete_more")}</p>
      <div className={styles["buttons"]}>
        <Button onPress={close}>{say("list.cancel")}</Button>
        <Button kind="danger" isDisabled={removing.isPending} onPress={() => removing.mutate()}>
          {say("list.view_delete_do")}
        </Button>
      </div>
    </Dialog>
  );
}
