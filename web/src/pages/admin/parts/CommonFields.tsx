/** Fields that many things of administration have: a name, what it is, whose it is. */

import { useSay } from "../../../app/desk";
import { Select, TextField } from "../../../ui/fields";
import { SCOPES, type Scope } from "../canned/Canned";
import { useTeams } from "../inboxes/queries";
import { errorOf } from "./faults";

interface Described {
  name: string;
  description: string;
}

interface Scoped {
  scope: Scope;
  team_id: string | null;
}

interface Props<Draft> {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  refusal: Error | null;
}

export function NameFields({ draft, change, refusal, most }: Props<Described> & { most: number }) {
  const say = useSay();
  return (
    <>
      <TextField
        label={say("admin.name")}
        value={draft.name}
        onChange={(name) => change({ name })}
        maxLength={100}
        isRequired
        error={errorOf(refusal, "name")}
        name="name"
      />
      <TextField
        label={say("admin.description")}
        value={draft.description}
        onChange={(description) => change({ description })}
        maxLength={most}
        error={errorOf(refusal, "description")}
        name="description"
      />
    </>
  );
}

/** Whose it is: everybody's, a team's, or one's own. */
export function WhoseFields({ draft, change }: Omit<Props<Scoped>, "refusal">) {
  const [say, teams] = [useSay(), useTeams()];
  return (
    <>
      <Select
        label={say("canned.for")}
        value={draft.scope}
        onChange={(scope) => change({ scope, team_id: scope === "team" ? (draft.team_id ?? teams.data?.[0]?.id ?? null) : null })}
        choices={SCOPES.map((id) => ({ id, label: say(`canned.scope.${id}`) }))}
      />
      {draft.scope === "team" && (
        <Select
          label={say("inboxes.team")}
          value={draft.team_id ?? ""}
          onChange={(team_id) => change({ team_id })}
          choices={(teams.data ?? []).map(({ id, name }) => ({ id, label: name }))}
        />
      )}
    </>
  );
}
