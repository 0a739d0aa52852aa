/** When a message on another channel belongs to the same case, and when the customer is asked. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Switch } from "../../../ui/inputs";
import { Duration } from "../kit/Duration";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";

type Rules = Required<Schemas["ResumeRules"]>;
const AT_ONCE = [
  ["open_seconds", "resume.open"],
  ["resolved_seconds", "resume.resolved"],
] as const;
const ASKED = [
  ["ask_open_seconds", "resume.ask_open"],
  ["ask_resolved_seconds", "resume.ask_resolved"],
] as const;

export default function Resume() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["ResumeRulesView"], Rules>
      title={say("area.resume")}
      name="resume-rules"
      read={() => told(api.GET("/resume-rules"))}
      write={(draft, version) => told(api.PUT("/resume-rules", { body: { ...draft, version } }))}
      draftOf={(found) => found.rules as Rules}
    >
      {({ draft, change, refusal }) => {
        const times = (those: typeof AT_ONCE | typeof ASKED, isDisabled: boolean) => (
          <Fields>
            {those.map(([name, text]) => (
              <Duration
                key={name}
                label={say(text)}
                value={draft[name]}
                onChange={(seconds) => change({ [name]: seconds ?? 0 })}
                units={["minute", "hour", "day"]}
                hint={say("routing.zero_never")}
                error={errorOf(refusal, name)}
                isDisabled={isDisabled}
              />
            ))}
          </Fields>
        );
        return (
          <>
            <Switch label={say("resume.enabled")} isSelected={draft.enabled} onChange={(enabled) => change({ enabled })} />
            {times(AT_ONCE, !draft.enabled)}
            <Switch label={say("resume.ask")} isSelected={draft.ask} isDisabled={!draft.enabled} onChange={(ask) => change({ ask })} />
            {times(ASKED, !draft.enabled || !draft.ask)}
          </>
        );
      }}
    </Setting>
  );
}
