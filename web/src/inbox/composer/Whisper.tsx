/** A supervisor's note for the owner of the conversation alone. */

import { useSay } from "../../app/desk";
import { Checkbox } from "../../ui/inputs";
import { useWork } from "./work";

const OWNER = "owner";

export function Whisper() {
  const say = useSay();
  const { draft, change, conversation } = useWork();
  if (conversation.assignee_id === null) return null;
  return <Checkbox label={say("composer.whisper")} isSelected={draft.audience.includes(OWNER)} onChange={(on) => change({ audience: on ? [OWNER] : [] })} />;
}
