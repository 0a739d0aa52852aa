/** What each role may do: the API's own document, by subject. Nothing here is written by hand. */

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Select, TextField } from "../../../ui/fields";
import { Icon } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { may, rightsOf, ROLES, subjectsOf, type Right, type RoleName, type Subject } from "./rights";
import styles from "./Roles.module.css";

export default function Roles() {
  const [say, api] = [useSay(), useApi()];
  const [typed, type] = useState("");
  const [only, choose] = useState<RoleName | "all">("all");
  const words = useDeferredValue(typed);
  const document = useQuery({
    queryKey: ["admin", "rights"],
    queryFn: async () => rightsOf(await told(api.GET("/openapi.json") as never)),
    staleTime: Infinity,
  });
  return (
    <Page title={say("area.roles")} wide>
      <div className={styles["tools"]}>
        <TextField label={say("roles.search")} type="search" value={typed} onChange={type} />
        <Select
          label={say("roles.from")}
          value={only}
          onChange={choose}
          choices={[{ id: "all" as const, label: say("roles.any") }, ...ROLES.map((id) => ({ id, label: say(`roles.${id}`) }))]}
        />
      </div>
      <p className={styles["note"]}>{`${say("roles.counts_hint")} ${say("roles.english")}`}</p>
      <AsyncBoundary query={document} loading={<Skeleton lines={8} height={32} />}>
        {(rights) => <Subjects subjects={subjectsOf(rights, words, only)} isOpen={words.trim() !== ""} />}
      </AsyncBoundary>
    </Page>
  );
}

function Subjects({ subjects, isOpen }: { subjects: readonly Subject[]; isOpen: boolean }) {
  const say = useSay();
  const count = subjects.reduce((sum, each) => sum + each.rights.length, 0);
  return (
    <>
      <p role="status" className={styles["note"]}>
        {count === 0 ? say("roles.nothing") : say("roles.found", { n: count })}
      </p>
      {subjects.map((subject) => (
        <Disclosure key={`${subject.name} ${isOpen}`} defaultExpanded={isOpen} className={styles["subject"] ?? ""}>
          <Heading level={2}>
            <AriaButton slot="trigger" className={styles["opener"] ?? ""}>
              <Icon name="down" size={16} />
              <span lang="en">{say("roles.counts", { name: subject.name, ...subject.counts, all: subject.rights.length })}</span>
            </AriaButton>
          </Heading>
          <DisclosurePanel>
            <Rights subject={subject} />
          </DisclosurePanel>
        </Disclosure>
      ))}
    </>
  );
}

function Rights({ subject }: { subject: Subject }) {
  const say = useSay();
  const columns: Column<Right>[] = [
    { id: "what", title: say("roles.what"), cell: (right) => <span lang="en">{right.summary}</span> },
    { id: "call", title: say("roles.call"), cell: (right) => <code className={styles["call"]}>{`${right.method} ${right.path}`}</code> },
    ...ROLES.map((role) => ({
      id: role,
      title: say(`roles.${role}`),
      cell: (right: Right) => <Allowed yes={may(role, right)} />,
    })),
  ];
  return <DataTable caption={subject.name} columns={columns} rows={subject.rights} keyOf={(right) => `${right.method} ${right.path}`} />;
}

function Allowed({ yes }: { yes: boolean }) {
  const say = useSay();
  return (
    <span className={styles["allowed"]} data-yes={yes}>
      <Icon name={yes ? "check" : "close"} size={16} />
      {say(yes ? "roles.yes" : "roles.no")}
    </span>
  );
}
