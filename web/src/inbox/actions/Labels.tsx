/** Labels of a conversation: put on, taken off; a new one where the role may make it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import { useApi, useMe, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { Button } from "../../ui/Button";
import { AsyncBoundary, Notice } from "../../ui/states";
import { useActs, useOnePress } from "./acts";
import { FormDialog } from "./FormDialog";
import { changeOf, keyFrom, offered, type Label } from "./labelling";
import { Pick } from "./Pick";

export function Labels({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, acts] = [useSay(), useActs(conversation)];
  const vocabulary = useVocabulary();
  const [chosen, choose] = useState<Set<string>>(() => new Set(conversation.labels));
  const send = async () => {
    const { put, off } = changeOf(conversation.labels, chosen);
    if (put.length + off.length > 0) await acts.label(put, off, say("actions.done.labels"));
  };
  return (
    <FormDialog title={say("actions.labels.title")} send={say("actions.labels.send")} onSend={send} onClose={onClose}>
      <AsyncBoundary query={vocabulary}>
        {({ labels }) => {
          const options = offered(labels, conversation.labels).map(({ key, name, description }) => ({ id: key, text: name, words: key, more: description }));
          const create = (typed: string) => <Create typed={typed} labels={labels} onMade={(key) => choose(new Set([...chosen, key]))} />;
          return (
            <>
              {options.length === 0 && <Notice icon="label" title={say("actions.labels.none")} />}
              <Pick label={say("actions.labels.which")} options={options} value={chosen} onChange={choose} many create={create} />
            </>
          );
        }}
      </AsyncBoundary>
    </FormDialog>
  );
}

function useVocabulary() {
  const api = useApi();
  return useQuery({
    queryKey: ["actions", "labels"],
    staleTime: 60_000,
    queryFn: async () => {
      const { version, labels } = await told(api.GET("/labels"));
      return { version, labels: labels as unknown as Label[] };
    },
  });
}

function Create({ typed, labels, onMade }: { typed: string; labels: readonly Label[]; onMade: (key: string) => void }) {
  const [say, api, me, queries, press] = [useSay(), useApi(), useMe(), useQueryClient(), useOnePress()];
  const known = labels.some((each) => each.name.toLowerCase() === typed.toLowerCase() || each.key === typed);
  if (me.role !== "admin" || typed === "" || known) return null;
  const make = async () => {
    // As it is now: somebody else may have changed the vocabulary meanwhile.
    const now = await told(api.GET("/labels"));
    const key = keyFrom(typed, (now.labels as unknown as Label[]).map((each) => each.key));
    const all = [...(now.labels as unknown as Label[]), { key, name: typed }];
    const stored = await told(api.PUT("/labels", { body: { version: now.version, labels: all as never } }));
    queries.setQueryData(["actions", "labels"], stored);
    void queries.invalidateQueries({ queryKey: ["labels"] });
    onMade(key);
  };
  return (
    <Button icon="plus" onPress={() => press(make())}>
      {say("actions.labels.create", { name: typed })}
    </Button>
  );
}
