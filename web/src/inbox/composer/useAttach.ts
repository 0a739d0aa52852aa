/** Puts files into the draft, and says which ones do not go and why. */

import { useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { useTell } from "../../ui/Toasts";
import { MOST_BYTES, MOST_FILES, sorted, type Unwanted } from "./attaching";
import { useWork } from "./work";

const WHY: Record<Unwanted, TextId> = { too_many: "composer.file_too_many", too_large: "composer.file_too_large", empty: "composer.file_empty" };

export function useAttach(): (given: readonly File[]) => void {
  const [say, tell] = [useSay(), useTell()];
  const { change, drafts, conversation, mode } = useWork();
  return (given) => {
    if (given.length === 0) return;
    const there = drafts.get(conversation.id, mode).files;
    const { files, unwanted } = sorted(given, there.length);
    if (files.length > 0) change({ files: [...there, ...files] });
    for (const { name, why } of unwanted) tell({ text: say(WHY[why], { name, most: MOST_FILES, mb: MOST_BYTES / 1024 / 1024 }), tone: "bad" });
  };
}
