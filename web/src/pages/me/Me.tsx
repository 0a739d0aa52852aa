/** One's own page: profile, language, appearance; how one is told; keys. */

import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy } from "react";
import { Link, useParams } from "wouter";
import { told } from "../../api/client";
import { useApi, useChosen, useFormats, useMe, useNow, useSay } from "../../app/desk";
import { THEMES, type Theme } from "../../app/preferences";
import { LANGUAGES, type Language } from "../../i18n/languages";
import type { TextId } from "../../i18n/texts";
import { RadioCards } from "../../ui/fields";
import type { IconName } from "../../ui/Icon";
import { Page, Panel } from "../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../ui/states";
import styles from "./Me.module.css";

const Notifications = lazy(() => import("./Notifications"));
const Shortcuts = lazy(() => import("./Shortcuts"));

const PARTS = { profile: "me.part.profile", notifications: "notices.title", shortcuts: "shortcuts.title" } as const satisfies Record<string, TextId>;
type Part = keyof typeof PARTS;

export default function Me() {
  const say = useSay();
  const { part } = useParams<{ part?: string }>();
  const shown: Part = part === "notifications" || part === "shortcuts" ? part : "profile";
  return (
    <Page title={say("me.title")}>
      <nav className={styles["parts"]} aria-label={say("me.title")}>
        {(Object.keys(PARTS) as Part[]).map((each) => (
          <Link key={each} href={each === "profile" ? "/me" : `/me/${each}`} className={styles["part"] ?? ""} aria-current={each === shown ? "page" : undefined}>
            {say(PARTS[each])}
          </Link>
        ))}
      </nav>
      {shown === "profile" && (
        <>
          <Profile />
          <Languages />
          <Appearance />
        </>
      )}
      <Suspense fallback={<Skeleton lines={4} height={32} />}>
        {shown === "notifications" && <Notifications />}
        {shown === "shortcuts" && <Shortcuts />}
      </Suspense>
    </Page>
  );
}

function Profile() {
  const [say, api, me, formats] = [useSay(), useApi(), useMe(), useFormats()];
  const agent = useQuery({
    queryKey: ["agents", me.id, me.listed],
    // The first administrator has an account before there is an agent of that id.
    queryFn: () => (me.listed ? told(api.GET("/agents/{agent_id}", { params: { path: { agent_id: me.id } } })) : null),
  });
  const teams = useQuery({ queryKey: ["teams"], queryFn: () => told(api.GET("/teams", { params: { query: { limit: 100 } } })) });
  return (
    <Panel title={say("me.profile")}>
      <AsyncBoundary query={agent}>
        {(found) => {
          const named = teams.data?.items.filter((team) => found?.team_ids.includes(team.id)).map((team) => team.name) ?? [];
          return (
            <dl className={styles["facts"]}>
              <Fact name="me.name">{me.name}</Fact>
              {found && <Fact name="me.email">{found.email}</Fact>}
              <Fact name="me.role">{say(`role.${me.role}` as TextId)}</Fact>
              {named.length > 0 && <Fact name="me.teams">{named.join(", ")}</Fact>}
              {found && <Fact name="me.since">{formats.date(found.created_at)}</Fact>}
            </dl>
          );
        }}
      </AsyncBoundary>
    </Panel>
  );
}

function Fact({ name, children }: { name: TextId; children: string }) {
  const say = useSay();
  return (
    <div>
      <dt>{say(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Languages() {
  const { preferences, choose, say } = useChosen();
  const [formats, now] = [useFormats(), useNow()];
  const choices = (Object.keys(LANGUAGES) as Language[]).map((id) => ({ id, label: LANGUAGES[id], lang: id }));
  return (
    <Panel title={say("me.language")}>
      <RadioCards
        label={say("me.language_choice")}
        choices={choices}
        value={preferences.language}
        onChange={(language) => choose({ language })}
      />
      <p className={styles["example"]}>
        {say("me.language_example", { date: formats.day(now), time: formats.clock(now), number: formats.number(12345.6) })}
      </p>
    </Panel>
  );
}

const ICONS: Record<Theme, IconName> = { system: "monitor", light: "sun", dark: "moon" };

function Appearance() {
  const { preferences, choose, say } = useChosen();
  return (
    <Panel title={say("me.appearance")}>
      <RadioCards
        label={say("me.theme")}
        choices={THEMES.map((id) => ({ id, label: say(`me.theme.${id}`), icon: ICONS[id] }))}
        value={preferences.theme}
        onChange={(theme) => choose({ theme })}
      />
      <RadioCards
        label={say("me.density")}
        choices={(["comfortable", "compact"] as const).map((id) => ({ id, label: say(`me.density.${id}`) }))}
        value={preferences.density}
        onChange={(density) => choose({ density })}
      />
    </Panel>
  );
}
