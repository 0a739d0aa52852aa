/** Pushes to this browser, and the list of those that take them. Nobody is asked but by a button. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { canPush, pushState, startPush, stopPush, type PushState } from "../../app/notices/push";
import { pushWords } from "../../app/notices/pushWords";
import { reasonOf } from "../../inbox/actions/acts";
import type { TextId } from "../../i18n/texts";
import { Button, IconButton } from "../../ui/Button";
import { Panel } from "../../ui/Page";
import { AsyncBoundary } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import styles from "./Me.module.css";

const KEY = ["me", "push-subscriptions"] as const;
const TEXTS: Record<PushState, TextId> = { unable: "notices.push_unable", denied: "notices.push_denied", off: "notices.push_off", on: "notices.push_on" };

export function Pushes() {
  const [api, say, tell, formats, queries] = [useApi(), useSay(), useTell(), useFormats(), useQueryClient()];
  const list = useQuery({ queryKey: KEY, queryFn: async () => (await told(api.GET("/me/push-subscriptions"))).items });
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const start = useMutation({
    mutationFn: () => startPush(api, browserName() ?? say("notices.push_name"), pushWords(say, formats.locale)),
    onSettled: again,
    onError: () => tell({ text: say("notices.push_failed"), tone: "bad" }),
  });
  const stop = useMutation({ mutationFn: () => stopPush(api), onSettled: again, onError: (fault) => tell({ text: reasonOf(fault, say), tone: "bad" }) });
  const remove = useMutation({
    mutationFn: (id: string) => told(api.DELETE("/me/push-subscriptions/{subscription_id}", { params: { path: { subscription_id: id } } })),
    onSettled: again,
    onError: (fault) => tell({ text: reasonOf(fault, say), tone: "bad" }),
  });
  return (
    <Panel title={say("notices.push")}>
      <AsyncBoundary query={list}>
        {(known) => {
          const state = pushState(known);
          return (
            <>
              <p>{say(TEXTS[state])}</p>
              {state === "off" && canPush() && (
                <div>
                  <Button kind="primary" icon="bell" isDisabled={start.isPending} onPress={() => start.mutate()}>
                    {say("notices.push_start")}
                  </Button>
                </div>
              )}
              {state === "on" && (
                <div>
                  <Button isDisabled={stop.isPending} onPress={() => stop.mutate()}>
                    {say("notices.push_stop")}
                  </Button>
                </div>
              )}
              {known.length > 0 && (
                <>
                  <h3>{say("notices.push_browsers")}</h3>
                  <ul className={styles["browsers"]}>
                    {known.map(({ id, name, service, created_at }) => (
                      <li key={id}>
                        <span>
                          {name} <span className={styles["example"]}>{`${service}, ${say("notices.push_since", { date: formats.date(created_at) })}`}</span>
                        </span>
                        <IconButton icon="remove" label={say("notices.push_remove", { name })} onPress={() => remove.mutate(id)} />
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </>
          );
        }}
      </AsyncBoundary>
    </Panel>
  );
}

/** As people know it: the brand that is none of the made-up ones, and the system. */
function browserName(): string | null {
  const data = (navigator as { userAgentData?: { brands?: Array<{ brand: string }>; platform?: string } }).userAgentData;
  const named = data?.brands?.map((each) => each.brand).find((each) => !/not|chromium/i.test(each));
  const brand = named ?? ["Firefox", "Safari"].find((each) => navigator.userAgent.includes(each)) ?? null;
  return brand === null ? null : [brand, data?.platform].filter(Boolean).join(", ");
}
