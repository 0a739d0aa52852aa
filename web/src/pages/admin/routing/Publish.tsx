/** What the draft would change, and letting it hold. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { useTell } from "../../../ui/Toasts";
import { Refusal } from "../parts/SaveBar";
import { differing, rulesOf, type Rules, type Stored } from "./draft";
import { CURRENT, DRAFT } from "./Routing";
import styles from "./Routing.module.css";

interface Props {
  current: Stored;
  draft: Stored;
  /** As it is typed, saved or not. */
  typed: Rules;
  isDirty: boolean;
  takeCurrent: () => void;
}

export function Publish({ current, draft, typed, isDirty, takeCurrent }: Props) {
  const [say, api, cache, tell, formats] = [useSay(), useApi(), useQueryClient(), useTell(), useFormats()];
  const [asking, ask] = useState(false);
  const parts = differing(rulesOf(current), typed);
  const publish = useMutation({
    mutationFn: () => told(api.POST("/routing/rules/publish", { body: { version: current.version, draft_version: draft.version } })),
    onSuccess: (now) => {
      cache.setQueryData(CURRENT, now);
      void cache.invalidateQueries({ queryKey: DRAFT });
      ask(false);
      tell({ text: say("routing.published", { n: now.version }), tone: "ok" });
    },
    onError: () => void cache.invalidateQueries({ queryKey: CURRENT }),
  });
  const names = new Intl.ListFormat(formats.locale).format(parts.map((part) => say(`routing.${part}`)));
  return (
    <section className={styles["publish"]} aria-label={say("routing.publish")}>
      <p>
        <strong>{current.version === 0 ? say("rules.version_0") : say("rules.version", { n: current.version })}</strong>
        <br />
        {parts.length === 0 ? say("routing.same") : say("routing.differs", { parts: names })}
      </p>
      <div className={styles["row"]}>
        <Link href="/admin/replays/new">{say("routing.try")}</Link>
        {parts.length > 0 && <Button onPress={takeCurrent}>{say("routing.take_current")}</Button>}
        <Button kind="primary" isDisabled={isDirty || draft.version === 0 || parts.length === 0} onPress={() => ask(true)}>
          {say("routing.publish")}
        </Button>
      </div>
      {isDirty && <p className={styles["note"]}>{say("routing.save_first")}</p>}
      <Dialog title={say("routing.publish_title")} isOpen={asking} onClose={() => ask(false)}>
        <p>{say("routing.differs", { parts: names })}</p>
        <p>{say("routing.publish_text")}</p>
        <Refusal fault={publish.error} />
        <div className={styles["row"]}>
          <Button onPress={() => ask(false)}>{say("admin.cancel")}</Button>
          <Button kind="primary" isPending={publish.isPending} onPress={() => publish.mutate()}>
            {say("routing.publish")}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}
