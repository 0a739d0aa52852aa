/** What is around each page: skip link, rail or bottom bar, connection, presence. */

import { Suspense } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { OfferBand, OfferWatch } from "../inbox/offers/OfferWatch";
import { Everywhere } from "../keys/Everywhere";
import { Skeleton, Notice } from "../ui/states";
import { Page } from "../ui/Page";
import { Banners } from "./Banners";
import { Boundary } from "./Boundary";
import { atLeast, useMe, useSay } from "./desk";
import { Connection } from "./Connection";
import { PresenceMenu } from "./PresenceMenu";
import { LastTab } from "./LastTab";
import { Announcements } from "./notices/Announcements";
import { NoticeCentre } from "./notices/NoticeCentre";
import { NoticeWatch } from "./notices/NoticeWatch";
import { SoundChip } from "./notices/SoundChip";
import { Rail } from "./Rail";
import { homeOf, PLACES } from "./routes";
import styles from "./Shell.module.css";

export function Shell() {
  const [say, me] = [useSay(), useMe()];
  const [location] = useLocation();
  const mine = PLACES.filter((place) => atLeast(me.role, place.role));
  return (
    <div className={styles["shell"]}>
      <a className={styles["skip"]} href="#content">
        {say("shell.skip")}
      </a>
      <nav className={styles["rail"]} aria-label={say("shell.main")}>
        <Link href="/" className={styles["brand"] ?? ""} aria-label={say("shell.home")}>
          <img src="/icon.svg" alt="" width={32} height={32} />
        </Link>
        <Rail places={mine} />
        <div className={styles["me"]}>
          <NoticeCentre />
          <Connection />
          <PresenceMenu />
        </div>
      </nav>
      <Everywhere />
      <OfferWatch />
      <NoticeWatch />
      <SoundChip />
      <LastTab />
      <main id="content" className={styles["content"]} tabIndex={-1}>
        <Banners>
          <Announcements />
          <OfferBand />
        </Banners>
        <Boundary place={location}>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path="/">
                <Redirect to={homeOf((role) => atLeast(me.role, role))} replace />
              </Route>
              {PLACES.map((place) => (
                <Route key={place.path} path={place.path}>
                  {atLeast(me.role, place.role) ? <place.page /> : <Denied />}
                </Route>
              ))}
              <Route>
                <NotFound />
              </Route>
            </Switch>
          </Suspense>
        </Boundary>
      </main>
    </div>
  );
}

function Loading() {
  return (
    <div className={styles["loading"]}>
      <Skeleton lines={4} height={32} />
    </div>
  );
}

function Denied() {
  const say = useSay();
  return (
    <Page title={say("shell.denied")}>
      <Notice icon="lock" tone="warn" title={say("state.denied")} />
    </Page>
  );
}

function NotFound() {
  const say = useSay();
  return (
    <Page title={say("shell.not_found")}>
      <Notice icon="search" title={say("shell.not_found_more")} action={<Link href="/">{say("shell.home")}</Link>} />
    </Page>
  );
}
