/** The list of notices and how many are new, and marking them as seen. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { told } from "../../api/client";
import { reasonOf } from "../../inbox/actions/acts";
import { useTell } from "../../ui/Toasts";
import { useApi, useMe, useSay } from "../desk";

const LIST = ["me", "notices", "list"] as const;
const COUNT = ["me", "notices", "unseen"] as const;
export const noticesKey = ["me", "notices"] as const;
const PAGE = 20;

export function useUnseen(): number {
  const [api, me] = [useApi(), useMe()];
  const { data } = useQuery({
    queryKey: COUNT,
    queryFn: () => told(api.GET("/me/notifications/unseen")),
    enabled: me.kind === "agent",
    staleTime: 60_000,
  });
  return data === undefined ? 0 : data.more ? data.unseen + 1 : data.unseen;
}

export function useNoticeList(enabled: boolean) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ pageParam }) => told(api.GET("/me/notifications", { params: { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });
}

export function useSeeing() {
  const [api, say, tell, queries] = [useApi(), useSay(), useTell(), useQueryClient()];
  const after = {
    onSuccess: () => queries.invalidateQueries({ queryKey: noticesKey }),
    onError: (fault: unknown) => tell({ text: say("notices.failed", { reason: reasonOf(fault, say) }), tone: "bad" }),
  };
  const one = useMutation({
    mutationFn: (id: string) => told(api.POST("/me/notifications/{notice_id}/seen", { params: { path: { notice_id: id } } })),
    ...after,
  });
  // What came after the newest that was on the screen stays new.
  const all = useMutation({
    mutationFn: async (upTo: string) => {
      let more = true;
      while (more) ({ more } = await told(api.POST("/me/notifications/seen", { body: { up_to: upTo } })));
    },
    ...after,
  });
  return { one, all };
}
