/** Early warnings that stand: what is said, since when, and who could help. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { useTeams } from "../../contact/names";
import { Icon } from "../../ui/Icon";
import styles from "./Board.module.css";
import { warningWords } from "./warningWords";

const AGAIN = 30_000;

/** `names`: of agents, by id. */
export function Warnings({ names }: { names: ReadonlyMap<string, string> }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const warnings = useQuery({
    queryKey: ["warnings"],
    queryFn: () => told(api.GET("/warnings", { params: { query: { limit: 50 } } })),
    refetchInterval: AGAIN,
  });
  const teams = new Map(useTeams().map((team) => [team.id, team.name]));
  const standing = warnings.data?.items.filter((warning) => warning.ended_at === null) ?? [];
  return (
    <section aria-label={say("board.warnings")} aria-live="polite" className={styles["told"]} data-none={standing.length === 0}>
      <ul className={styles["warnings"]}>
        {standing.map((warning) => {
          const { said, action } = warningWords(warning, teams, say, formats);
          return (
            <li key={warning.id} className={styles["warning"]}>
              <Icon name="warning" />
              <div>
                <p>{said}</p>
                {action !== null && <p>{action}</p>}
                {warning.lend.length > 0 && (
                  <p>{say("board.lend", { names: warning.lend.map((id) => names.get(id) ?? id).join(", ") })}</p>
                )}
                <p className={styles["since"]}>{say("board.since", { time: formats.time(warning.since) })}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
