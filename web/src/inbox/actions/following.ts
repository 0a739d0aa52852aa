/** Whether one follows a conversation, and following it or not any more. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi, useMe, useSay } from "../../app/desk";
import { useDone } from "../../undo/Undo";

/** `follows` is undefined until it is known. */
export function useFollowing(id: string): { follows: boolean | undefined; turn: () => Promise<void> } {
  const [api, me, say, done, queries] = [useApi(), useMe(), useSay(), useDone(), useQueryClient()];
  const path = { conversation_id: id };
  const key = ["conversation", id, "followers"];
  const { data } = useQuery({ queryKey: key, queryFn: async () => (await told(api.GET("/conversations/{conversation_id}/followers", { params: { path } }))).items });
  const follows = data?.some((each) => each.agent_id === me.id);
  const set = async (wanted: boolean) => {
    if (wanted) await told(api.POST("/conversations/{conversation_id}/followers", { params: { path }, body: { agent_id: null } }));
    else await told(api.DELETE("/conversations/{conversation_id}/followers/{agent_id}", { params: { path: { ...path, agent_id: me.id } } }));
    await queries.invalidateQueries({ queryKey: key });
  };
  const turn = async () => {
    const wanted = follows !== true;
    await set(wanted);
    done({ text: say(wanted ? "actions.done.followed" : "actions.done.unfollowed"), undo: () => set(!wanted) });
  };
  return { follows, turn };
}
