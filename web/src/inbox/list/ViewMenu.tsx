/** Views of one's own: keep what is shown as one, change it, take it away. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Select } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { useTell } from "../../ui/Toasts";
import { useTeams, useViews, VIEWS_KEY } from "./counts";
import { NameDialog } from "./NameDialog";
import { canFilter, conditionOf, type Filter, type Place, type SavedView, type Sort } from "./places";
import { sortFor, sourceOf } from "./views";
import styles from "./list.module.css";

const EditView = lazy(async () => ({ default: (await import("./EditView")).EditView }));

interface Props {
  place: Place;
  filter: Filter;
  sort: Sort | null;
  choose: (view: string) => void;
}

type Doing = "save" | "edit" | "delete" | null;

export function ViewMenu({ place, filter, sort, choose }: Props) {
  const say = useSay();
  const [doing, setDoing] = useState<Doing>(null);
  const shown = useViews().find((each) => place.kind === "saved" && each.id === place.id);
  const may = { save: canFilter(place), edit: shown?.editable === true, delete: shown?.editable === true };
  const items = (["save", "edit", "delete"] as const).filter((each) => may[each]);
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
      {doing === "edit" && shown && (
        <Suspense fallback={null}>
          <EditView view={shown} close={close} />
        </Suspense>
      )}
      {doing === "delete" && shown && <Delete view={shown} choose={choose} close={close} />}
    </>
  );
}

function Save({ place, filter, sort, choose, close }: Props & { close: () => void }) {
  const [api, say, me, queries] = [useApi(), useSay(), useMe(), useQueryClient()];
  const teams = useTeams();
  const [name, setName] = useState("");
  const [whose, setWhose] = useState("personal");
  const saving = useMutation({
    mutationFn: () => {
      const scope = whose === "personal" || whose === "all" ? { scope: whose } : { scope: "team" as const, team_id: whose };
      return told(api.POST("/views", { body: { name, source: sourceOf(place, filter), filter: conditionOf(filter), sort: sortFor(sort), ...scope } as Schemas["ViewBody"] }));
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
