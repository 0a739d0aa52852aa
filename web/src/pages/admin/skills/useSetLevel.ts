/** Saving one level: shown at once, put back where it was refused, taken back by undo. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { useDone } from "../../../undo/Undo";
import { KEYS, usePutPresence, type Presence } from "../kit/people";
import { levelOf, withLevel } from "./matrix";

interface Change {
  id: string;
  skill: string;
  level: number;
}

export function useSetLevel() {
  const [say, api, cache, put, done] = [useSay(), useApi(), useQueryClient(), usePutPresence(), useDone()];
  const [pending, setPending] = useState(0);
  const save = async ({ id, skill, level }: Change): Promise<Presence> => {
    const path = { params: { path: { agent_id: id } } };
    // On what it is by now: cells are set faster than answers come.
    const now = await told(api.GET("/agents/{agent_id}/presence", path));
    const skills = withLevel(now.skills, skill, level);
    return told(api.PUT("/agents/{agent_id}/skills", { ...path, body: { skills, version: now.version } }));
  };
  const show = (id: string, skill: string, level: number) => {
    cache.setQueryData<Presence[]>(KEYS.presences, (known) =>
      known?.map((each) => (each.agent_id === id ? { ...each, skills: withLevel(each.skills, skill, level) } : each)),
    );
    setPending((count) => count + 1);
  };
  const mutation = useMutation({
    mutationFn: save,
    // Changes of one person go out one after the other.
    scope: { id: "skills" },
  });
  const set = (person: Presence, skill: string, level: number) => {
    const before = levelOf(person, skill);
    if (before === level) return;
    show(person.agent_id, skill, level);
    mutation.mutate(
      { id: person.agent_id, skill, level },
      {
        onSuccess: () => {
          const text = say("skills.saved", { name: person.name, skill, level: level === 0 ? say("skills.none_level") : String(level) });
          const undo = async () => put(await save({ id: person.agent_id, skill, level: before }));
          done({ text, undo });
        },
      },
    );
  };
  return { set, error: mutation.error, pending };
}
