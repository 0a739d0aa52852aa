/** Administration: the list of areas, and the one that is open. */

import { Suspense } from "react";
import { Link, useParams } from "wouter";
import { Boundary } from "../../app/Boundary";
import { atLeast, useMe, useSay } from "../../app/desk";
import { Icon } from "../../ui/Icon";
import { Page } from "../../ui/Page";
import { Notice, Skeleton } from "../../ui/states";
import { AREAS, shelvesFor, type Area } from "./areas";
import styles from "./Admin.module.css";
import { LeaveDialog } from "./parts/LeaveDialog";

export default function Admin() {
  const { area: name, id } = useParams<{ area?: string; id?: string }>();
  if (name === undefined) return <Overview />;
  const area = AREAS.find((each) => each.id === name);
  return (
    <div className={styles["frame"]}>
      <Side here={area} />
      <div className={styles["area"]}>
        <Open area={area} id={id} />
      </div>
      <LeaveDialog />
    </div>
  );
}

function Open({ area, id }: { area: Area | undefined; id: string | undefined }) {
  const [say, me] = [useSay(), useMe()];
  if (area === undefined) {
    return (
      <Page title={say("shell.not_found")}>
        <Notice icon="search" title={say("shell.not_found_more")} action={<Link href="/admin">{say("admin.title")}</Link>} />
      </Page>
    );
  }
  if (!atLeast(me.role, area.role)) {
    return (
      <Page title={say(area.text)}>
        <Notice icon="lock" tone="warn" title={say("state.denied")} />
      </Page>
    );
  }
  const base = `/admin/${area.id}`;
  return (
    <>
      <Link href={id === undefined ? "/admin" : base} className={styles["back"] ?? ""}>
        <Icon name="next" size={16} />
        {id === undefined ? say("admin.title") : say(area.text)}
      </Link>
      <Boundary place={`${base}/${id ?? ""}`}>
        <Suspense fallback={<Loading />}>
          <area.page key={`${area.id}/${id ?? ""}`} id={id} base={base} />
        </Suspense>
      </Boundary>
    </>
  );
}

function Loading() {
  return (
    <div className={styles["loading"]}>
      <Skeleton lines={4} height={32} />
    </div>
  );
}

function Side({ here }: { here: Area | undefined }) {
  const [say, me] = [useSay(), useMe()];
  return (
    <nav className={styles["side"]} aria-label={say("admin.areas")}>
      <Link href="/admin" className={styles["home"] ?? ""}>
        {say("admin.title")}
      </Link>
      {shelvesFor(me.role).map(({ group, areas }) => (
        <section key={group} aria-labelledby={`side-${group}`}>
          <h2 id={`side-${group}`}>{say(`admin.group.${group}`)}</h2>
          <ul>
            {areas.map((area) => (
              <li key={area.id}>
                <Link href={`/admin/${area.id}`} aria-current={area === here ? "page" : undefined} className={styles["link"] ?? ""}>
                  <Icon name={area.icon} size={16} />
                  <span>{say(area.text)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Overview() {
  const [say, me] = [useSay(), useMe()];
  return (
    <Page title={say("admin.title")} wide>
      {shelvesFor(me.role).map(({ group, areas }) => (
        <section key={group} className={styles["shelf"]} aria-labelledby={`group-${group}`}>
          <h2 id={`group-${group}`}>{say(`admin.group.${group}`)}</h2>
          <ul className={styles["cards"]}>
            {areas.map((area) => (
              <li key={area.id}>
                <Link href={`/admin/${area.id}`} className={styles["card"] ?? ""}>
                  <Icon name={area.icon} />
                  <span>
                    <strong>{say(area.text)}</strong>
                    <span className={styles["about"]}>{say(area.about)}</span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
