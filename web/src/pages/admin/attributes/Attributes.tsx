/** The attributes that contacts have: what each is called, of what type it is, what may be chosen. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Select, TextField } from "../../../ui/fields";
import { Switch, TextArea } from "../../../ui/inputs";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { keyFrom } from "../labels/label";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import form from "../parts/parts.module.css";

type Type = Schemas["AttributeType"];
type Attribute = Required<Schemas["AttributeBody"]>;
interface Draft {
  attributes: Attribute[];
  allow_others: boolean;
}

const TYPES: readonly Type[] = ["text", "number", "integer", "boolean", "date", "url", "choice", "multi_choice"];
const blank = (): Attribute => ({ key: "", name: "", type: "text", description: "", choices: [], required: false, scope: "contact" });

export default function Attributes() {
  const [say, api] = [useSay(), useApi()];
  return (
    <Setting<Schemas["AttributesView"], Draft>
      title={say("area.attributes")}
      intro={say("attributes.intro")}
      name="contact-attributes"
      read={() => told(api.GET("/contact-attributes"))}
      write={(draft, version) => told(api.PUT("/contact-attributes", { body: { ...draft, version } }))}
      draftOf={(found) => ({
        attributes: (found.attributes as unknown as Partial<Attribute>[]).map((each) => ({ ...blank(), ...each })),
        allow_others: found.allow_others,
      })}
      missing={({ attributes }) =>
        attributes.some((each) => each.name.trim() === "" || each.key.trim() === "") ? say("labels.missing") : undefined
      }
    >
      {({ draft, change, refusal }, found) => {
        const stored = new Set((found.attributes as unknown as Attribute[]).map((each) => each.key));
        return (
          <>
            <Switch
              label={say("attributes.others")}
              hint={say("attributes.others_hint")}
              isSelected={draft.allow_others}
              onChange={(allow_others) => change({ allow_others })}
            />
            <RuleList
              rules={draft.attributes}
              change={(attributes) => change({ attributes })}
              nameOf={(each) => each.name}
              aboutOf={(each) => `${each.key} · ${say(`attributes.type.${each.type}`)}`}
              blank={blank}
              addText={say("attributes.add")}
              emptyText={say("attributes.none")}
              at="attributes"
              refusal={refusal}
            >
              {(each, put, at) => <One attribute={each} put={put} at={at} refusal={refusal} isStored={stored.has(each.key)} />}
            </RuleList>
          </>
        );
      }}
    </Setting>
  );
}

interface OneProps {
  attribute: Attribute;
  put: (part: Partial<Attribute>) => void;
  at: string;
  refusal: Error | null;
  isStored: boolean;
}

function One({ attribute, put, at, refusal, isStored }: OneProps) {
  const say = useSay();
  const isChoice = attribute.type === "choice" || attribute.type === "multi_choice";
  const rename = (name: string) => put({ name, ...(!isStored && attribute.key === keyFrom(attribute.name) ? { key: keyFrom(name) } : {}) });
  return (
    <div className={form["form-tight"]}>
      <Fields>
        <TextField
          label={say("admin.name")}
          value={attribute.name}
          onChange={rename}
          maxLength={100}
          error={errorOf(refusal, `${at}.name`)}
        />
        <TextField
          label={say("labels.key")}
          hint={say("labels.key_hint")}
          value={attribute.key}
          onChange={(key) => put({ key })}
          isDisabled={isStored}
          maxLength={40}
          error={errorOf(refusal, `${at}.key`)}
        />
        <Select
          label={say("attributes.type")}
          value={attribute.type}
          onChange={(type) => put({ type })}
          choices={TYPES.map((id) => ({ id, label: say(`attributes.type.${id}`) }))}
        />
        <TextField
          label={say("admin.description")}
          value={attribute.description}
          onChange={(description) => put({ description })}
          maxLength={300}
          error={errorOf(refusal, `${at}.description`)}
        />
      </Fields>
      {isChoice && (
        <TextArea
          label={say("attributes.choices")}
          hint={say("inboxes.one_a_line")}
          rows={4}
          value={attribute.choices.join("\n")}
          onChange={(text) =>
            put({
              choices: text
                .split("\n")
                .map((line) => line.trim())
                .filter((line, place, all) => line !== "" || place === all.length - 1),
            })
          }
          error={errorOf(refusal, `${at}.choices`)}
        />
      )}
      <Switch
        label={say("attributes.required")}
        hint={say("attributes.required_hint")}
        isSelected={attribute.required}
        onChange={(required) => put({ required })}
      />
    </div>
  );
}
