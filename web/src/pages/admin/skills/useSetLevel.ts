/** Saving one level: shown at once, read anew where it was refused, taken back by undo. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { useDone } from "../../../undo/Undo";
import { KEYS, type Presence } from "../kit/people";
import { levelOf, withLevel } from "./matrix";

interface Change {
  id: string;
  name: string;
  skill: string;
  level: number;
  before: number;
}

export function useSetLevel() {
  const [say, api, cache, done] = [useSay(), useApi(), useQueryClient(), useDone()];
  const save = async ({ id, skill, level }: Change): Promise<void> => {
    const path = { params: { path: { agent_id: id } } };
    // On what it is by now: cells are set faster than answers come.
    const now = await told(api.GET("/agents/{agent_id}/presence", path));
    const skills = withLevel(now.skills, skill, level);
    await told(api.PUT("/agents/{agent_id}/skills", { ...path, body: { skills, version: now.version } }));
  };
  const show = ({ id, skill, level }: Change) => {
    // An answer that is on its way would show the cell as it was.
    void cache.cancelQueries({ queryKey: KEYS.presences });
    cache.setQueryData<Presence[]>(KEYS.presences, (known) =>
      known?.map((each) => (each.agent_id === id ? { ...each, skills: withLevel(each.skills, skill, level) } : each)),
    );
  };
  const mutation = useMutation({
    mutationFn: save,
    // One after the other: two cells of one person are one list to the API.
    scope: { id: "skills" },
    onSuccess: (_, change) => {
      const { name, skill, level, before } = change;
      const text = say("skills.saved", { name, skill, level: level === 0 ? say("skills.none_level") : String(level) });
      const back = { ...change, level: before, before: level };
      done({
        text,
        undo: async () => {
          await save(back);
          show(back);
        },
      });
    },
    onError: () => void cache.invalidateQueries({ queryKey: KEYS.presences }),
  });
  const set = (person: Presence, skill: string, level: number) => {
    const before = levelOf(person, skill);
    if (before === level) return;
    const change = { id: person.agent_id, name: person.name, skill, level, before };
    show(change);
    mutation.mutate(change);
  };
  return { set, error: mutation.error };
}
