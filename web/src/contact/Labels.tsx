/** Labels of a contact, of the vocabulary. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { told } from "../api/client";
import { useApi, useSay } from "../app/desk";
import { Icon } from "../ui/Icon";
import fields from "../ui/fields.module.css";
import { contactKey, useTouched, type Contact } from "./queries";
import { Refusal } from "./Refusal";
import { Section } from "./Section";
import styles from "./contact.module.css";

interface Label {
  key: string;
  name: string;
  colour: string;
  scopes: string[];
}

export function Labels({ contact }: { contact: Contact }) {
  const [say, api, touched] = [useSay(), useApi(), useTouched()];
  const vocabulary = useQuery({ queryKey: ["contact-labels"], queryFn: () => told(api.GET("/labels")), staleTime: 60_000 });
  const known = (vocabulary.data?.labels ?? []) as unknown as Label[];
  const free = known.filter((label) => (label.scopes?.includes("contact") ?? true) && !contact.labels.includes(label.key));
  const path = { contact_id: contact.id };
  const change = useMutation({
    mutationKey: [...contactKey(contact.id), "labels"],
    mutationFn: ({ key, on }: { key: string; on: boolean }) =>
      on
        ? told(api.POST("/contacts/{contact_id}/labels", { params: { path }, body: { labels: [key] } }))
        : told(api.DELETE("/contacts/{contact_id}/labels", { params: { path, query: { label: key } } })),
    onSuccess: () => void touched(contact.id),
  });
  return (
    <Section title={say("contact.labels")}>
      <ul className={styles["chips"]}>
        {contact.labels.map((key) => {
          const label = known.find((each) => each.key === key);
          const name = label?.name ?? key;
          return (
            <li key={key} className={styles["chip"]}>
              {label?.colour && <span className={styles["swatch"]} style={{ background: label.colour }} />}
              {name}
              <AriaButton aria-label={say("contact.remove_label", { label: name })} onPress={() => change.mutate({ key, on: false })}>
                <Icon name="close" size={16} />
              </AriaButton>
            </li>
          );
        })}
        {free.length > 0 && (
          <li>
            <MenuTrigger>
              <AriaButton className={styles["chip"] ?? ""}>
                <Icon name="plus" size={16} />
                {say("contact.add_label")}
              </AriaButton>
              <Popover className={fields["popover"] ?? ""}>
                <Menu
                  className={fields["list"] ?? ""}
                  items={free.map((label) => ({ ...label, id: label.key }))}
                  onAction={(key) => change.mutate({ key: String(key), on: true })}
                >
                  {(label) => (
                    <MenuItem id={label.key} textValue={label.name} className={fields["option"] ?? ""}>
                      {label.name}
                    </MenuItem>
                  )}
                </Menu>
              </Popover>
            </MenuTrigger>
          </li>
        )}
      </ul>
      {contact.labels.length === 0 && free.length === 0 && <p className={styles["none"]}>{say("contact.no_labels")}</p>}
      <Refusal fault={change.error} />
    </Section>
  );
}
