/** Early warnings: which rules hold, from what on, and who is told. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Select } from "../../../ui/fields";
import { NumberField, Switch } from "../../../ui/inputs";
import { Group } from "../../../ui/Group";
import { Panel } from "../../../ui/Page";
import { Duration } from "../kit/Duration";
import { useTeams } from "../kit/people";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import styles from "../kit/kit.module.css";

const TELL = ["supervisors", "admins", "nobody"] as const;
/** What each rule counts, with the least and the most of it. */
const COUNTS = {
  queue_wait: ["within_minutes", "least"],
  sla_burn: ["objective_percent", "burn_rate", "least"],
  volume: ["deviations", "least"],
  promises: ["within_minutes", "least"],
} as const;
const LIMITS = { within_minutes: [1, 240], least: [1, 100_000], objective_percent: [50, 99], burn_rate: [1, 50], deviations: [2, 50] } as const;
const NAMES = ["queue_wait", "sla_burn", "volume", "promises"] as const;
type Name = (typeof NAMES)[number];

interface Rule extends Partial<Record<keyof typeof LIMITS, number>> {
  enabled: boolean;
  tell: (typeof TELL)[number];
  target_seconds?: number;
  targets?: Record<string, number>;
}

type Rules = Record<Name, Rule>;

export default function Warnings() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["WarningSettings"], Rules>
      title={say("area.warnings")}
      name="warning-settings"
      read={() => told(api.GET("/warnings/settings"))}
      write={(rules, version) => told(api.PUT("/warnings/settings", { body: { rules: rules as never, version } }))}
      draftOf={(found) => found.rules as unknown as Rules}
      nameOf={(name) => say(`warn.${name}`)}
    >
      {({ draft, change, refusal }) =>
        NAMES.map((name) => (
          <Panel key={name} title={say(`warn.${name}`)}>
            <RuleForm name={name} rule={draft[name]} put={(part) => change({ [name]: { ...draft[name], ...part } })} refusal={refusal} />
          </Panel>
        ))
      }
    </Setting>
  );
}

interface FormProps {
  name: Name;
  rule: Rule;
  put: (part: Partial<Rule>) => void;
  refusal: Error | null;
}

function RuleForm({ name, rule, put, refusal }: FormProps) {
  const say = useSay();
  const error = (field: string) => errorOf(refusal, `rules.${name}.${field}`);
  return (
    <>
      <Switch label={say("warn.enabled")} isSelected={rule.enabled} onChange={(enabled) => put({ enabled })} />
      <Fields>
        <Select label={say("warn.tell")} value={rule.tell} onChange={(tell) => put({ tell })} choices={TELL.map((id) => ({ id, label: say(`warn.tell.${id}`) }))} />
        {rule.target_seconds !== undefined && (
          <Duration label={say("warn.target_seconds")} value={rule.target_seconds} onChange={(seconds) => put({ target_seconds: seconds ?? 0 })} units={["second", "minute", "hour"]} error={error("target_seconds")} />
        )}
        {COUNTS[name].map((field) => (
          <NumberField key={field} label={say(`warn.${field}`)} value={rule[field] ?? null} onChange={(n) => put({ [field]: n ?? LIMITS[field][0] })} min={LIMITS[field][0]} max={LIMITS[field][1]} error={error(field)} />
        ))}
      </Fields>
      {rule.targets !== undefined && <Targets targets={rule.targets} put={(targets) => put({ targets })} error={error} />}
    </>
  );
}

interface TargetsProps {
  targets: Readonly<Record<string, number>>;
  put: (targets: Record<string, number>) => void;
  error: (field: string) => string | undefined;
}

function Targets({ targets, put, error }: TargetsProps) {
  const [say, teams] = [useSay(), useTeams()];
  const queues = [...(teams.data ?? []), { id: "fallback", name: say("routing.fallback") }];
  return (
    <Group legend={say("warn.targets")}>
      <p className={styles["muted"]}>{say("warn.as_all")}</p>
      <Fields>
        {queues.map(({ id, name }) => (
          <Duration
            key={id}
            label={name}
            value={targets[id] ?? null}
            onChange={(seconds) => {
              const { [id]: _, ...others } = targets;
              put(seconds === null || seconds === 0 ? others : { ...others, [id]: seconds });
            }}
            units={["second", "minute", "hour"]}
            error={error(`targets.${id}`)}
          />
        ))}
      </Fields>
    </Group>
  );
}
