/** The fields of a canned response. */

import { useRef, useState } from "react";
import { channelName } from "../../../app/channels";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { TextField } from "../../../ui/fields";
import { CheckboxGroup, TextArea } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { useChannels } from "../inboxes/queries";
import { Fields, Whole } from "../parts/ItemForm";
import { WhoseFields } from "../parts/CommonFields";
import { errorOf } from "../parts/faults";
import type { Item } from "../parts/useItem";
import form from "../parts/parts.module.css";
import { COMMON, isLanguage, PLACEHOLDERS, withoutFallback, type Draft } from "./text";

export function CannedForm({ item }: { item: Item<Draft> }) {
  const [say, channels] = [useSay(), useChannels()];
  const { draft, change } = item;
  const error = (field: string) => errorOf(item.refusal, field);
  return (
    <>
      <Panel title={say("canned.about")}>
        <Fields>
          <TextField
            label={say("canned.title")}
            value={draft.title}
            onChange={(title) => change({ title })}
            maxLength={120}
            isRequired
            error={error("title")}
            name="title"
          />
          <TextField
            label={say("canned.shortcut")}
            hint={say("canned.shortcut_hint")}
            value={draft.shortcut}
            onChange={(text) => change({ shortcut: text.replace(/^\//, "") })}
            maxLength={40}
            isRequired
            error={error("shortcut")}
            name="shortcut"
          />
          <WhoseFields draft={draft} change={change} />
          <Whole>
            <CheckboxGroup
              label={say("canned.channels")}
              hint={say("canned.channels_hint")}
              value={draft.channels}
              onChange={(chosen) => change({ channels: chosen })}
              choices={(channels.data ?? [])
                .filter((channel) => channel.capabilities.kinds_out.includes("text"))
                .map(({ name }) => ({ id: name, label: channelName(name, say) }))}
              error={error("channels")}
            />
          </Whole>
        </Fields>
      </Panel>
      <Panel title={say("canned.body")}>
        <Words label={say("canned.body")} value={draft.body} onChange={(body) => change({ body })} error={error("body")} name="body" />
        {Object.entries(draft.variants).map(([language, text]) => (
          <div key={language} className={form["variant"]}>
            <Words
              label={say("canned.in", { language })}
              lang={language}
              value={text}
              onChange={(next) => change({ variants: { ...draft.variants, [language]: next } })}
              error={error(`variants.${language}`)}
            />
            <Button
              kind="quiet"
              icon="remove"
              onPress={() => change({ variants: Object.fromEntries(Object.entries(draft.variants).filter(([each]) => each !== language)) })}
              aria-label={`${say("canned.remove")}: ${language}`}
            >
              {say("canned.remove")}
            </Button>
          </div>
        ))}
        <AddLanguage
          taken={Object.keys(draft.variants)}
          add={(language) => change({ variants: { ...draft.variants, [language]: draft.body } })}
        />
      </Panel>
    </>
  );
}

interface WordsProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  lang?: string;
  name?: string;
}

/** A text with placeholders: they are put in where the cursor stands. */
function Words({ label, value, onChange, error, lang, name }: WordsProps) {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const bare = withoutFallback(value);
  const insert = (placeholder: string) => {
    const area = box.current?.querySelector("textarea");
    const at = area?.selectionStart ?? value.length;
    onChange(`${value.slice(0, at)}{{${placeholder}|…}}${value.slice(area?.selectionEnd ?? at)}`);
    area?.focus();
  };
  return (
    <div ref={box} className={form["form-tight"]}>
      <TextArea
        label={label}
        value={value}
        onChange={onChange}
        rows={5}
        maxLength={10_000}
        error={error}
        {...(lang ? { lang } : {})}
        {...(name ? { name } : {})}
        hint={bare.length > 0 ? say("canned.bare", { names: bare.join(", ") }) : undefined}
      />
      <div className={form["chips"]} role="group" aria-label={say("canned.insert")}>
        {PLACEHOLDERS.map((placeholder) => (
          <Button key={placeholder} onPress={() => insert(placeholder)} aria-label={`${say("canned.insert")}: ${placeholder}`}>
            {placeholder}
          </Button>
        ))}
      </div>
    </div>
  );
}

function AddLanguage({ taken, add }: { taken: readonly string[]; add: (language: string) => void }) {
  const say = useSay();
  const [typed, type] = useState("");
  const language = typed.trim();
  const isBad = language !== "" && (!isLanguage(language) || taken.includes(language));
  return (
    <div className={form["toolbar"]}>
      <TextField
        label={say("canned.language")}
        hint={COMMON.join(", ")}
        value={typed}
        onChange={type}
        error={isBad ? say("canned.language_wrong") : undefined}
      />
      <Button
        icon="plus"
        isDisabled={language === "" || isBad}
        onPress={() => {
          add(language);
          type("");
        }}
      >
        {say("canned.add_language")}
      </Button>
    </div>
  );
}
