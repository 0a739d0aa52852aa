/** What is shown of two contacts before they are joined: evidence, each field's outcome, every address. */

import { channelName } from "../../app/channels";
import { useSay } from "../../app/desk";
import { ATTRIBUTE, isField, plain, sourceOf, type Said } from "../../contact/fields";
import { Value } from "../../contact/ProfileFields";
import { DataTable, type Column } from "../../ui/DataTable";
import { Icon } from "../../ui/Icon";
import { Panel } from "../../ui/Page";
import styles from "../../contact/contact.module.css";
import { onWordOnly, whyShown, winner, type Field, type Preview } from "./merge";
import page from "./Contacts.module.css";

export interface Names {
  mine: string;
  theirs: string;
}

export function Evidence({ preview, names }: { preview: Preview; names: Names }) {
  const say = useSay();
  const holds = (held: Preview["mine_holds"]) =>
    held === null
      ? ""
      : [
          say(held.more_conversations ? "merge.conversations_many" : "merge.conversations", { n: held.conversations }),
          say(held.more_timeline_lines ? "merge.lines_many" : "merge.lines", { n: held.timeline_lines }),
        ].join(" · ");
  return (
    <Panel title={say("merge.evidence")}>
      <p className={styles["mark"]}>
        <Icon name={onWordOnly(preview) ? "person" : "check"} size={16} />
        {`${onWordOnly(preview) ? say("merge.word_only") : preview.reason} ${say("contact.strength", { n: preview.strength })}`}
      </p>
      {preview.against.map((each) => (
        <p key={each} className={`${styles["mark"]} ${styles["bad"]}`}>
          <Icon name="warning" size={16} />
          {say("merge.against", { what: each })}
        </p>
      ))}
      <div className={page["sides"]}>
        <p className={page["side"]}>
          <strong>
            <bdi>{names.mine}</bdi>
          </strong>{" "}
          {holds(preview.mine_holds)}
        </p>
        <p className={page["side"]}>
          <strong>
            <bdi>{names.theirs}</bdi>
          </strong>{" "}
          {holds(preview.theirs_holds)}
        </p>
      </div>
      <p className={styles["muted"]}>{say("merge.stays")}</p>
    </Panel>
  );
}

export function Fields({ fields, names, caption }: { fields: readonly Field[]; names: Names; caption: string }) {
  const say = useSay();
  const called = (name: string) => (isField(name) ? say(`contact.field.${name}`) : name.startsWith(ATTRIBUTE) ? name.slice(ATTRIBUTE.length) : name);
  const cell = (name: string, said: Said | null) =>
    said && (
      <>
        <Shown name={name} value={said.value} /> <span className={styles["meta"]}>{say(`contact.source.${sourceOf(said.source)}`)}</span>
      </>
    );
  const columns: Column<Field>[] = [
    { id: "field", title: say("merge.field"), cell: (field) => called(field.name) },
    { id: "mine", title: names.mine, cell: (field) => cell(field.name, field.mine) },
    { id: "theirs", title: names.theirs, cell: (field) => cell(field.name, field.theirs) },
    { id: "result", title: say("merge.result"), cell: (field) => <Shown name={field.name} value={field.shown.value} /> },
    {
      id: "why",
      title: say("merge.why"),
      cell: (field) => say(`merge.why.${whyShown(field)}`, { name: names[winner(field)], source: say(`contact.source.${sourceOf(field.shown.source)}`) }),
    },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={fields}
      keyOf={(field) => field.name}
      toneOf={(field) => (field.outcome === "conflicting" ? "warn" : undefined)}
      empty={say("merge.no_fields")}
    />
  );
}

const Shown = ({ name, value }: { name: string; value: unknown }) => (isField(name) ? <Value name={name} value={value} /> : <bdi>{plain(value)}</bdi>);

export function Addresses({ preview, names }: { preview: Preview; names: Names }) {
  const say = useSay();
  return (
    <Panel title={say("merge.addresses")}>
      <p className={styles["muted"]}>{say("merge.addresses_text")}</p>
      <ul className={styles["items"]}>
        {preview.identities.map((each) => (
          <li key={each.id} className={styles["row"]}>
            <span className={styles["channel"]}>{channelName(each.channel, say)}</span>
            <bdi>{each.address}</bdi>
            <bdi className={styles["meta"]}>{preview.mine.includes(each.contact_id) ? names.mine : names.theirs}</bdi>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
