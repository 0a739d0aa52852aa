/** Macros: several actions with one press. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import type { Column } from "../../../ui/DataTable";
import { AREA_NEW, type AreaProps } from "../areas";
import { ScopeFields, useScope } from "../canned/Canned";
import { ListPage } from "../parts/ListPage";
import type { Action } from "./action";
import { MacroPage, NewMacro } from "./MacroPage";

export type Macro = Schemas["MacroView"];
export const MACROS = ["macros"];

export default function Macros({ id, base }: AreaProps) {
  if (id === undefined) return <List base={base} />;
  return id === AREA_NEW ? <NewMacro base={base} /> : <MacroPage id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, api, owner] = [useSay(), useApi(), useScope()];
  const macros = useQuery({
    queryKey: [...MACROS, owner.query],
    enabled: owner.isReady,
    queryFn: async () => (await told(api.GET("/macros", { params: { query: owner.query } }))).items,
  });
  const columns: Column<Macro>[] = [
    { id: "about", title: say("admin.description"), cell: (row) => row.description },
    {
      id: "actions",
      title: say("macros.actions"),
      cell: (row) => (row.actions as unknown as Action[]).map((action) => say(`macros.do.${action.do}`)).join(" → "),
    },
    { id: "used", title: say("canned.used"), number: true, cell: (row) => row.used },
  ];
  return (
    <ListPage
      title={say("area.macros")}
      query={macros}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      nameTitle={say("admin.name")}
      hrefOf={(row) => `${base}/${row.id}`}
      wordsOf={(row) => [row.name, row.description]}
      columns={columns}
      newHref={`${base}/${AREA_NEW}`}
      newText={say("macros.new")}
      icon="play"
      emptyTitle={say("macros.none")}
      emptyText={say("macros.none_more")}
    >
      <ScopeFields owner={owner} />
    </ListPage>
  );
}
