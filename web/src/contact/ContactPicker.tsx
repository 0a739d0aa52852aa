/** Finding a contact while typing. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import { told, type Schemas } from "../api/client";
import { useApi, useSay } from "../app/desk";
import { TextField } from "../ui/fields";
import fields from "../ui/fields.module.css";
import { Failure } from "../ui/states";
import { useSettled } from "./settled";
import styles from "./contact.module.css";

type Row = Schemas["ContactRow"];
const FOUND = 8;

/** Addresses, else the user name: what tells two of the same name apart. */
export const addressesOf = (row: Row): string => [row.email, row.phone].filter(Boolean).join(" · ") || (row.username ?? "");

export function ContactPicker({ label, except, onChoose }: { label: string; except: readonly string[]; onChoose: (contact: Row) => void }) {
  const [say, api] = [useSay(), useApi()];
  const [text, setText] = useState("");
  const asked = useSettled(text.trim());
  const hits = useQuery({
    queryKey: ["contacts", "picker", asked],
    queryFn: () => told(api.GET("/contacts/search", { params: { query: { q: asked, limit: FOUND + except.length } } })),
    enabled: asked !== "",
  });
  const found = (hits.data?.items ?? []).map((hit) => hit.contact).filter((each) => !except.includes(each.id)).slice(0, FOUND);
  return (
    <div className={styles["stack"]}>
      <TextField label={label} type="search" value={text} onChange={setText} autoFocus hint={say("contacts.search_hint")} />
      {hits.error && <Failure fault={hits.error} retry={() => void hits.refetch()} />}
      {hits.data && found.length === 0 && <p role="status">{say("contacts.none_found")}</p>}
      {found.length > 0 && (
        <ListBox
          aria-label={say("contacts.found")}
          className={fields["list"] ?? ""}
          items={found}
          onAction={(key) => {
            const chosen = found.find((each) => each.id === key);
            if (chosen) onChoose(chosen);
          }}
        >
          {(each) => (
            <ListBoxItem id={each.id} textValue={each.display_name} className={fields["option"] ?? ""}>
              <bdi>{each.display_name}</bdi>
              <span className={styles["meta"]}>{addressesOf(each)}</span>
            </ListBoxItem>
          )}
        </ListBox>
      )}
    </div>
  );
}
