/** How one is told: pushes, ways by kind, quiet hours; sounds of this browser. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useSay } from "../../app/desk";
import { usePreferences, useReadAnew, useStored } from "../../app/notices/useSounds";
import { reasonOf } from "../../inbox/actions/acts";
import { Button } from "../../ui/Button";
import { Checkbox, NumberField } from "../../ui/inputs";
import { Panel } from "../../ui/Page";
import { AsyncBoundary } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import { Pushes } from "./Pushes";
import { QuietHours } from "./QuietHours";
import { SoundPanel } from "./SoundPanel";
import { Ways } from "./Ways";
import styles from "./Me.module.css";

type Preferences = Schemas["PreferencesModel"];
type Read = Schemas["chalicelib.api.notifications.PreferencesView"];

export default function Notifications() {
  const preferences = usePreferences();
  return (
    <>
      <Pushes />
      <AsyncBoundary query={preferences}>{(read) => <Form key={read.version} read={read} />}</AsyncBoundary>
      <SoundPanel />
    </>
  );
}

function Form({ read }: { read: Read }) {
  const [api, say, tell, kept, readAnew] = [useApi(), useSay(), useTell(), useStored(), useReadAnew()];
  const [own, setOwn] = useState<Preferences>(read.preferences);
  const change = (part: Partial<Preferences>) => setOwn((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () => told(api.PUT("/me/notification-preferences", { body: { ...own, version: read.version } })),
    onSuccess: (stored) => {
      kept(stored);
      tell({ text: say("notices.saved"), tone: "ok" });
    },
    onError: (fault) => {
      const elsewhere = fault instanceof Problem && fault.code === "version_conflict";
      tell({ text: elsewhere ? say("notices.changed") : say("notices.not_saved", { reason: reasonOf(fault, say) }), tone: "bad" });
      if (elsewhere) readAnew();
    },
  });
  return (
    <Panel title={say("notices.ways")}>
      <p className={styles["example"]}>{say("notices.ways_hint")}</p>
      <Ways ways={own.ways ?? {}} onChange={(ways) => change({ ways })} />
      <Checkbox label={say("notices.previews")} isSelected={own.previews ?? false} onChange={(previews) => change({ previews })} />
      <NumberField label={say("notices.digest")} value={own.digest_minutes ?? 15} min={5} max={1440} onChange={(minutes) => change({ digest_minutes: minutes ?? 15 })} />
      <QuietHours hours={own.quiet_hours ?? null} onChange={(quiet_hours) => change({ quiet_hours })} />
      {own.quiet_hours && <Checkbox label={say("notices.pierce")} isSelected={own.pierce ?? false} onChange={(pierce) => change({ pierce })} />}
      <div>
        <Button kind="primary" isDisabled={save.isPending || own === read.preferences} onPress={() => save.mutate()}>
          {say("notices.save")}
        </Button>
      </div>
    </Panel>
  );
}
