/** One of the teams, or none. */

import { Select } from "../../../ui/fields";
import { useTeams } from "./people";

interface Props {
  label: string;
  value: string | null;
  onChange: (team_id: string | null) => void;
  none: string;
}

const NONE = "none";

export function TeamSelect({ label, value, onChange, none }: Props) {
  const teams = useTeams();
  const choices = (teams.data ?? []).map(({ id, name }) => ({ id, label: name }));
  const unknown = value !== null && !choices.some((each) => each.id === value) ? [{ id: value, label: value }] : [];
  return (
    <Select
      label={label}
      value={value ?? NONE}
      onChange={(id) => onChange(id === NONE ? null : id)}
      choices={[{ id: NONE, label: none }, ...choices, ...unknown]}
    />
  );
}
