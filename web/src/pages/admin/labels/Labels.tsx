/** The labels that there are, and the rules that put them by what customers write. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { useSearch } from "wouter";
import { Link } from "wouter";
import { TextField } from "../../../ui/fields";
import { CheckboxGroup } from "../../../ui/inputs";
import type { AreaProps } from "../areas";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import { Colour } from "./Colour";
import { KeywordRules } from "./KeywordRules";
import { keyFrom, SCOPES, type Label, type LabelScope } from "./label";
import form from "../parts/parts.module.css";
import styles from "./labels.module.css";

export default function Labels({ base }: AreaProps) {
  const say = useSay();
  const isRules = new URLSearchParams(useSearch()).get("view") === "rules";
  return (
    <>
      <nav className={styles["views"]} aria-label={say("labels.views")}>
        <Link href={base} aria-current={isRules ? undefined : "page"}>
          {say("area.labels")}
        </Link>
        <Link href={`${base}?view=rules`} aria-current={isRules ? "page" : undefined}>
          {say("labels.rules")}
        </Link>
      </nav>
      {isRules ? <KeywordRules /> : <Vocabulary />}
    </>
  );
}

const blank = (): Label => ({ key: "", name: "", colour: "#0b57d0", description: "", scopes: ["conversation", "contact"] });

function Vocabulary() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["LabelsView"], { labels: Label[] }>
      title={say("area.labels")}
      intro={say("labels.intro")}
      name="labels"
      read={() => told(api.GET("/labels"))}
      write={({ labels }, version) => told(api.PUT("/labels", { body: { labels, version } }))}
      draftOf={(found) => ({ labels: found.labels as unknown as Label[] })}
      missing={({ labels }) =>
        labels.some((label) => label.name.trim() === "" || label.key.trim() === "") ? say("labels.missing") : undefined
      }
    >
      {({ draft, change, refusal }, found) => {
        const stored = new Set((found.labels as unknown as Label[]).map((label) => label.key));
        return (
          <RuleList
            rules={draft.labels}
            change={(labels) => change({ labels })}
            nameOf={(label) => label.name}
            aboutOf={(label) => label.key}
            blank={blank}
            addText={say("labels.add")}
            emptyText={say("labels.none")}
            at="labels"
            refusal={refusal}
          >
            {(label, put, at) => <One label={label} put={put} at={at} refusal={refusal} isStored={stored.has(label.key)} />}
          </RuleList>
        );
      }}
    </Setting>
  );
}

interface OneProps {
  label: Label;
  put: (part: Partial<Label>) => void;
  at: string;
  refusal: Error | null;
  /** What it is called in rules never changes. */
  isStored: boolean;
}

function One({ label, put, at, refusal, isStored }: OneProps) {
  const say = useSay();
  const rename = (name: string) => put({ name, ...(!isStored && label.key === keyFrom(label.name) ? { key: keyFrom(name) } : {}) });
  return (
    <div className={form["form-tight"]}>
      <Fields>
        <TextField label={say("admin.name")} value={label.name} onChange={rename} maxLength={100} error={errorOf(refusal, `${at}.name`)} />
        <TextField
          label={say("labels.key")}
          hint={say("labels.key_hint")}
          value={label.key}
          onChange={(key) => put({ key })}
          isDisabled={isStored}
          maxLength={40}
          error={errorOf(refusal, `${at}.key`)}
        />
        <TextField
          label={say("admin.description")}
          value={label.description}
          onChange={(description) => put({ description })}
          maxLength={300}
          error={errorOf(refusal, `${at}.description`)}
        />
        <Colour
          label={say("labels.colour")}
          value={label.colour}
          onChange={(colour) => put({ colour })}
          error={errorOf(refusal, `${at}.colour`)}
        />
      </Fields>
      <CheckboxGroup
        label={say("labels.on")}
        value={label.scopes}
        onChange={(scopes: LabelScope[]) => put({ scopes })}
        choices={SCOPES.map((id) => ({ id, label: say(`labels.scope.${id}`) }))}
        error={errorOf(refusal, `${at}.scopes`)}
      />
    </div>
  );
}
