/** What supervisors tell everybody, above the page until it is read, or confirmed where that is asked for. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { reasonOf } from "../../inbox/actions/acts";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useTell } from "../../ui/Toasts";
import { useApi, useFollow, useFormats, useMe, useSay } from "../desk";
import styles from "./Notices.module.css";

type Announcement = Schemas["MyAnnouncement"];
const KEY = ["me", "announcements"] as const;
/** Those for a team are told by its own topic, which not every page follows. */
const LOOK_AGAIN = 300_000;

export function Announcements() {
  const [api, me, say, queries] = [useApi(), useMe(), useSay(), useQueryClient()];
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await told(api.GET("/me/announcements"))).items,
    enabled: me.kind === "agent",
    refetchInterval: LOOK_AGAIN,
  });
  const look = () => void queries.invalidateQueries({ queryKey: KEY });
  const concerns = (kind: string) => kind === "announcement" || kind === "notice";
  useFollow({ topics: me.kind === "agent" ? ["desk", `work:${me.id}`] : [], changed: (things) => things.some(([kind]) => concerns(kind)) && look(), reset: look });
  const first = data?.[0];
  return (
    <div role="region" aria-label={say("notices.announcements")} aria-live={first?.level === "critical" ? "assertive" : "polite"} hidden={first === undefined}>
      {first && <News key={first.id} news={first} more={(data?.length ?? 1) - 1} />}
    </div>
  );
}

function News({ news, more }: { news: Announcement; more: number }) {
  const [api, say, formats, tell, queries] = [useApi(), useSay(), useFormats(), useTell(), useQueryClient()];
  const receipt = useMutation({
    mutationFn: () => told(api.POST("/me/announcements/{announcement_id}/receipt", { params: { path: { announcement_id: news.id } }, body: { acknowledged: news.requires_ack } })),
    onSuccess: () => queries.setQueryData<Announcement[]>(KEY, (all) => all?.filter((each) => each.id !== news.id)),
    onError: (fault) => tell({ text: reasonOf(fault, say), tone: "bad" }),
  });
  return (
    <section className={styles["news"]} data-level={news.level}>
      <Icon name={news.level === "critical" ? "warning" : "megaphone"} />
      <div className={styles["newsWords"]} dir="auto">
        <h2 className={styles["newsTitle"]}>
          {say(`notices.level.${news.level}`)}: {news.title}
        </h2>
        {news.body !== "" && <p>{news.body}</p>}
        <p className={styles["newsBy"]}>{say("notices.announcement_by", { name: news.author_name, time: formats.dateTime(news.starts_at) })}</p>
      </div>
      <Button kind="primary" icon="check" isDisabled={receipt.isPending} onPress={() => receipt.mutate()}>
        {say(news.requires_ack ? "notices.announcement_ack" : "notices.announcement_read")}
      </Button>
      {more > 0 && <span>{say("notices.announcement_rest", { n: more })}</span>}
    </section>
  );
}
