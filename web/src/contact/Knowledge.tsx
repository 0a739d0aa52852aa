/** What rules and other systems say of a contact: entitlements with the rule behind each, facts with their age. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../api/client";
import { useApi, useFormats, useSay } from "../app/desk";
import { IconButton } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { AsyncBoundary } from "../ui/states";
import { plain } from "./fields";
import { contactKey } from "./queries";
import { Line, Lines, Section } from "./Section";
import styles from "./contact.module.css";

export function Entitlements({ contactId }: { contactId: string }) {
  const [say, api] = [useSay(), useApi()];
  const rights = useQuery({
    queryKey: [...contactKey(contactId), "entitlements"],
    queryFn: () => told(api.GET("/contacts/{contact_id}/entitlements", { params: { path: { contact_id: contactId } } })),
  });
  return (
    <Section title={say("contact.entitlements")}>
      <AsyncBoundary query={rights} isEmpty={({ items }) => items.length === 0} empty={<p className={styles["none"]}>{say("contact.no_entitlements")}</p>}>
        {({ items }) => (
          <ul className={styles["items"]}>
            {items.map((one) => (
              <Entitlement key={one.key} one={one} />
            ))}
          </ul>
        )}
      </AsyncBoundary>
    </Section>
  );
}

function Entitlement({ one }: { one: Schemas["EntitlementView"] }) {
  const say = useSay();
  return (
    <li>
      <span className={`${styles["mark"]} ${styles[one.granted ? "ok" : "bad"]}`}>
        <Icon name={one.granted ? "check" : "close"} size={16} />
        {one.title}
      </span>
      <div className={styles["meta"]}>{say(one.granted ? "contact.by_rule" : "contact.refused_by_rule", { rule: one.rule })}</div>
      <ul className={styles["meta"]}>
        {one.because.map((reason, place) => (
          <li key={place}>
            <code>{`${reason.field} ${reason.operator} ${plain(reason.wanted)}`}</code> ({say("contact.found", { value: plain(reason.found) || "–" })})
          </li>
        ))}
      </ul>
    </li>
  );
}

export function Facts({ contactId }: { contactId: string }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const facts = useQuery({
    queryKey: [...contactKey(contactId), "facts"],
    queryFn: () => told(api.GET("/contacts/{contact_id}/facts", { params: { path: { contact_id: contactId } } })),
    staleTime: 60_000,
  });
  return (
    <Section
      title={say("contact.facts")}
      aside={<IconButton icon="refresh" label={say("contact.refresh_facts")} isPending={facts.isFetching} onPress={() => void facts.refetch()} />}
    >
      <AsyncBoundary query={facts} isEmpty={({ items }) => items.length === 0} empty={<p className={styles["none"]}>{say("contact.no_facts")}</p>}>
        {({ items }) => (
          <Lines>
            {items.map((fact) => (
              <Line key={`${fact.source}${fact.name}`} name={<code>{fact.name}</code>}>
                {fact.value === null ? <span className={styles["none"]}>{say("contact.unknown")}</span> : <bdi className={styles["value"]}>{plain(fact.value)}</bdi>}
                <span className={styles["meta"]}>
                  {[fact.source, fact.age_seconds === null ? "" : say("contact.age", { age: formats.duration(fact.age_seconds * 1000) })].filter(Boolean).join(" · ")}
                </span>
                {(fact.stale || fact.error) && (
                  <span className={`${styles["mark"]} ${styles["warn"]}`}>
                    <Icon name="warning" size={16} />
                    {fact.error || say("contact.fact_stale")}
                  </span>
                )}
              </Line>
            ))}
          </Lines>
        )}
      </AsyncBoundary>
    </Section>
  );
}
