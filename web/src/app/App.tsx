/** The whole page: language and appearance around all; sign-in, or the shell of who is signed in. */

import { QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useState, type ComponentType, type ReactNode } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { Router, useLocation } from "wouter";
import type { I18n } from "@lingui/core";
import { told, type Schemas } from "../api/client";
import { queries } from "../api/queries";
import { LOCALES } from "../i18n/languages";
import { catalogueOf, withTexts } from "../i18n/catalogues";
import type { Say } from "../i18n/texts";
import { Sending } from "../desk/Sending";
import { Keys } from "../keys/Keys";
import { LiveDesk } from "../live/desk";
import { SignIn } from "../pages/sign_in/SignIn";
import { Dialog } from "../ui/Dialog";
import { AsyncBoundary, Skeleton } from "../ui/states";
import { Toasts } from "../ui/Toasts";
import { Undo } from "../undo/Undo";
import { Boundary } from "./Boundary";
import { BaseContext, ChosenContext, HereContext, useAccess, useApi, useBase, useFollow, useMe, useSay, type Base, type Chosen } from "./desk";
import { heldBack } from "./leaving";
import { lineOf } from "./line";
import { meKey } from "./settings";
import { apply, isPreferenceKey, keep, read, type Preferences } from "./preferences";
import { Shell } from "./Shell";

// Settings that were changed on another machine are here when somebody comes back to this one.
const ME_FRESH = 60_000;

const Phones = lazy(() => withTexts(["playing"], import("../pages/phones/Phones")));

export function App({ base, texts }: { base: Base; texts: I18n }) {
  return (
    <BaseContext value={base}>
      <Router aroundNav={heldBack}>
        <Languages texts={texts}>
          <Entrance />
        </Languages>
      </Router>
    </BaseContext>
  );
}

/** Texts are changed once they are there: nothing is shown half in another language. */
function Languages({ texts, children }: { texts: I18n; children: ReactNode }) {
  const [shown, setShown] = useState({ texts, preferences: read() });
  const [, go] = useLocation();
  const chosen = useMemo<Chosen>(() => {
    const say: Say = (id, values) => shown.texts._(id, values);
    const choose = (changes: Partial<Preferences>) => {
      keep(changes);
      void become({ ...shown.preferences, ...changes });
    };
    return { preferences: shown.preferences, choose, say };
  }, [shown]);

  async function become(preferences: Preferences): Promise<void> {
    const texts = await catalogueOf(preferences.language);
    apply(preferences);
    setShown({ texts, preferences });
  }

  useEffect(() => {
    // Chosen in another tab.
    const changed = (event: StorageEvent) => isPreferenceKey(event.key) && void become(read());
    addEventListener("storage", changed);
    return () => removeEventListener("storage", changed);
  }, []);

  return (
    <ChosenContext value={chosen}>
      <I18nProvider locale={LOCALES[shown.preferences.language]}>
        <RouterProvider navigate={go}>{children}</RouterProvider>
      </I18nProvider>
    </ChosenContext>
  );
}

function Entrance() {
  const access = useAccess();
  const say = useSay();
  const [location] = useLocation();
  const { config } = useBase();
  // Customers do not sign in.
  if (config.phones === true && location === "/dev/phones") return <Suspended page={Phones} />;
  if (access.is === "unknown") return <Skeleton />;
  if (access.is === "out") return <SignIn />;
  // Another person is another page: nothing of the one before is left.
  return (
    <Desk key={access.agentId}>
      <Toasts>
        <Keys>
          <Undo>
            <Boundary place={location}>
              <Shell />
            </Boundary>
          </Undo>
        </Keys>
        <Dialog title={say("sign_in.again")} isOpen={access.is === "lapsed"}>
          <SignIn again />
        </Dialog>
      </Toasts>
    </Desk>
  );
}

function Suspended({ page: Shown }: { page: ComponentType }) {
  return (
    <Suspense fallback={<Skeleton />}>
      <Shown />
    </Suspense>
  );
}

function Desk({ children }: { children: ReactNode }) {
  const [client] = useState(queries);
  return (
    <QueryClientProvider client={client}>
      <Arrival>{children}</Arrival>
    </QueryClientProvider>
  );
}

/** Who the token is, and the line that keeps everything live. */
function Arrival({ children }: { children: ReactNode }) {
  const [api, { keeper }] = [useApi(), useBase()];
  const me = useQuery({ queryKey: meKey, queryFn: () => told(api.GET("/me")), staleTime: ME_FRESH });
  const [live, setLive] = useState<LiveDesk | null>(null);
  useEffect(() => {
    const desk = new LiveDesk(lineOf(api));
    const changed = () => desk.lineChanged();
    addEventListener("online", changed);
    addEventListener("offline", changed);
    desk.start();
    setLive(desk);
    return () => {
      removeEventListener("online", changed);
      removeEventListener("offline", changed);
      desk.stop();
    };
  }, [api]);
  return (
    <AsyncBoundary query={me}>
      {(principal) =>
        live === null ? (
          <Skeleton />
        ) : (
          <Here me={named(principal, keeper.name())} live={live}>
            <OwnWork />
            <Sending>{children}</Sending>
          </Here>
        )
      }
    </AsyncBoundary>
  );
}

/** Who is on no list of the desk's has the name that they signed in with. */
const named = (me: Schemas["MeView"], name: string | null): Schemas["MeView"] => (me.listed || name === null ? me : { ...me, name });

function Here({ me, live, children }: { me: Schemas["MeView"]; live: LiveDesk; children: ReactNode }) {
  const here = useMemo(() => ({ me, live }), [me, live]);
  return <HereContext value={here}>{children}</HereContext>;
}

/** Followed by every page: what is for this agent, and for everybody. */
function OwnWork() {
  const me = useMe();
  const client = useQueryClient();
  const { keeper } = useBase();
  const known = keeper.access().is === "in";
  useFollow({
    topics: known && me.kind === "agent" ? [`work:${me.id}`, "desk"] : ["desk"],
    changed: () => void client.invalidateQueries({ queryKey: ["me", "presence"] }),
  });
  return null;
}
