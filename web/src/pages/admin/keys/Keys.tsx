/** API keys: which there are, a new one shown once, an end to one. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay, type Role } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Dialog } from "../../../ui/Dialog";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Empty } from "../../../ui/states";
import { RadioCards, TextField } from "../../../ui/fields";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { errorOf } from "../parts/faults";
import { OnceDialog } from "../parts/OnceDialog";
import { Refusal } from "../parts/SaveBar";
import styles from "../parts/parts.module.css";

type Key = Schemas["ApiKeyView"];
const KEYS = ["api-keys"];
const ROLES: readonly Role[] = ["agent", "supervisor", "admin"];

export default function Keys() {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [isMaking, make] = useState(false);
  const [made, setMade] = useState<Schemas["ApiKeyCreated"] | null>(null);
  const keys = useQuery({
    queryKey: KEYS,
    queryFn: async () => {
      const items: Key[] = [];
      let cursor: string | undefined;
      do {
        const page = await told(api.GET("/api-keys", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } }));
        items.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return items;
    },
  });
  const begin = (
    <Button kind="primary" icon="plus" onPress={() => make(true)}>
      {say("keys.new")}
    </Button>
  );
  const revoke = (key: Key) => told(api.DELETE("/api-keys/{key_id}", { params: { path: { key_id: key.id } } }));
  const reread = () => void cache.invalidateQueries({ queryKey: KEYS });
  return (
    <Page title={say("area.keys")} wide aside={begin}>
      <AsyncBoundary
        query={keys}
        isEmpty={(found) => found.length === 0}
        empty={<Empty icon="key" title={say("keys.none")} action={begin} />}
      >
        {(found) => <KeyTable keys={found} revoke={revoke} onRevoked={reread} />}
      </AsyncBoundary>
      {isMaking && (
        <NewKey
          onClose={() => make(false)}
          onMade={(key) => {
            make(false);
            setMade(key);
            reread();
          }}
        />
      )}
      {made && (
        <OnceDialog title={made.name} secrets={[{ label: say("keys.key"), value: made.key }]} onClose={() => setMade(null)}>
          <p>{say("keys.use")}</p>
        </OnceDialog>
      )}
    </Page>
  );
}

interface TableProps {
  keys: readonly Key[];
  revoke: (key: Key) => Promise<unknown>;
  onRevoked: () => void;
}

function KeyTable({ keys, revoke, onRevoked }: TableProps) {
  const [say, formats] = [useSay(), useFormats()];
  const columns: Column<Key>[] = [
    { id: "name", title: say("admin.name"), cell: (key) => key.name },
    { id: "end", title: say("keys.ends_with"), cell: (key) => <code>…{key.last_four}</code> },
    { id: "role", title: say("keys.role"), cell: (key) => say(`role.${key.role as Role}`) },
    { id: "made", title: say("keys.made"), cell: (key) => formats.dateTime(key.created_at) },
    {
      id: "used",
      title: say("keys.used"),
      cell: (key) => (key.used_at ? formats.dateTime(key.used_at) : say("keys.never")),
    },
    {
      id: "state",
      title: say("admin.state"),
      cell: (key) =>
        key.revoked_at ? (
          say("keys.revoked", { time: formats.dateTime(key.revoked_at) })
        ) : (
          <ConfirmDelete
            name={key.name}
            text={say("keys.revoke")}
            done={say("keys.revoked_done", { name: key.name })}
            remove={() => revoke(key)}
            onRemoved={onRevoked}
          >
            {say("keys.revoke_text")}
          </ConfirmDelete>
        ),
    },
  ];
  return <DataTable caption={say("area.keys")} columns={columns} rows={keys} keyOf={(key) => key.id} />;
}

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: (key: Schemas["ApiKeyCreated"]) => void }) {
  const [say, api] = [useSay(), useApi()];
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const making = useMutation({
    mutationFn: () => told(api.POST("/api-keys", { body: { name, role } })),
    onSuccess: onMade,
  });
  return (
    <Dialog title={say("keys.new")} isOpen onClose={onClose}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <TextField
          label={say("admin.name")}
          hint={say("keys.name_hint")}
          value={name}
          onChange={setName}
          maxLength={100}
          isRequired
          autoFocus
          error={errorOf(making.error, "name")}
        />
        <RadioCards
          label={say("keys.role")}
          value={role}
          onChange={setRole}
          choices={ROLES.map((id) => ({ id, label: say(`role.${id}`) }))}
        />
        <Refusal fault={making.error} />
        <div className={styles["actions"]}>
          <Button onPress={onClose}>{say("admin.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={making.isPending} isDisabled={name.trim() === ""}>
            {say("admin.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
