/** How much goes, and in what form the customer gets it; said aloud at eighty per cent and at the limit. */

import { useEffect, useState } from "react";
import { useFormats, useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { channelName } from "../../app/channels";
import type { Checking, Verdict } from "./check";
import { legWords } from "./legWords";
import { useLegs } from "./target";
import { useWork } from "./work";
import styles from "./Composer.module.css";

const NEAR = 0.8;

export function Counter({ verdict }: { verdict: Verdict | null }) {
  const [say, formats] = [useSay(), useFormats()];
  const share = verdict === null || verdict.most === 0 ? 0 : verdict.length / verdict.most;
  const step = share > 1 ? 2 : share >= NEAR ? 1 : 0;
  const count = verdict === null ? "" : say("composer.count", { n: formats.number(verdict.length), most: formats.number(verdict.most) });
  const [told, setTold] = useState("");
  useEffect(() => setTold(step === 0 ? "" : count), [step]);
  const segments = verdict?.segments ?? null;
  return (
    <span className={styles["counter"]} data-over={step === 2}>
      {segments !== null && <span>{say("composer.segments", { n: segments.count, left: segments.left })}</span>}
      {verdict !== null && verdict.parts > 1 && <span>{say("composer.parts", { n: verdict.parts })}</span>}
      {step > 0 && <span aria-hidden="true">{count}</span>}
      <span className="visually-hidden" role="status">
        {told}
      </span>
    </span>
  );
}

/** What the desk says of it, and the ways out that it proposes. */
export function Fit({ id, checking, blocked }: { id: string; checking: Checking; blocked: string | null }) {
  const [say, formats] = [useSay(), useFormats()];
  const { verdict } = checking;
  const refused = blocked ?? (verdict?.fits === false && verdict.why !== null ? legWords(verdict.why, verdict.channel, say, formats) : null);
  const kinds = new Set(verdict?.fits === false ? verdict.alternatives.map((way) => String(way["kind"])) : []);
  return (
    <div id={id} role="status">
      {refused !== null && (
        <div className={styles["fit"]} data-tone="bad">
          <Icon name="error" size={16} />
          <span>{refused}</span>
          {kinds.has("split") && <Button onPress={() => checking.setSplit(true)}>{say("composer.split", { n: partsOf(checking.verdict) })}</Button>}
          {kinds.has("link") && <Button onPress={() => checking.setAsLink(true)}>{say("composer.as_link")}</Button>}
          {kinds.has("leg") && <Elsewhere verdict={verdict} />}
        </div>
      )}
      {refused === null && verdict?.rendered != null && (
        <p className={styles["fit"]}>
          <Icon name="info" size={16} />
          <span>
            {say("composer.rendered")} <q dir="auto">{verdict.rendered}</q>
          </span>
        </p>
      )}
    </div>
  );
}

const partsOf = (verdict: Verdict | null): number => Number(verdict?.alternatives.find((way) => way["kind"] === "split")?.["parts"] ?? 2);

/** Another leg takes the same message now. */
function Elsewhere({ verdict }: { verdict: Verdict | null }) {
  const say = useSay();
  const work = useWork();
  const legs = useLegs(work, true);
  const way = verdict?.alternatives.find((each) => each["kind"] === "leg");
  const choice = legs.data?.items.find((each) => each.leg_id === way?.["leg_id"]);
  if (choice === undefined) return null;
  return <Button onPress={() => work.change({ legId: choice.leg_id })}>{say("composer.via", { channel: channelName(choice.channel, say) })}</Button>;
}
