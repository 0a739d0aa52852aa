/** What providers and AWS cost, by the day from which it holds. */

import { told, type Schemas } from "../../../api/client";
import { channelName, CHANNELS } from "../../../app/channels";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { Select, TextField } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { RuleList } from "../kit/RuleList";
import { Setting } from "../kit/Setting";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";

type View = Schemas["RatesView"];
type Sheet = Schemas["SheetRow"];
type Fee = Schemas["FeeRow"];
const AWS = ["message_in", "message_out", "mark", "conversation", "other"] as const;
const BILLED = ["received", "sent", "delivered"] as const;
const MILLION = 1e6;
/** Since when a sheet holds that holds for all that was before the others. */
const ALWAYS = "1970-01-01";

export default function Rates() {
  const [say, api, formats] = [useSay(), useApi(), useFormats("UTC")];
  return (
    <Setting<View, Omit<View, "version">>
      title={say("area.rates")}
      name="rates"
      read={() => told(api.GET("/rates"))}
      write={(draft, version) => told(api.PUT("/rates", { body: { ...draft, version } }))}
      draftOf={({ version: _, ...draft }) => draft}
    >
      {({ draft, change, refusal }) => (
        <>
          <TextField label={say("rates.currency")} value={draft.currency} onChange={(currency) => change({ currency: currency.toUpperCase() })} maxLength={3} error={errorOf(refusal, "currency")} />
          <RuleList
            rules={draft.sheets}
            change={(sheets) => change({ sheets })}
            nameOf={(sheet) =>
              sheet.since === ALWAYS ? say("rates.first_sheet") : say("rates.sheet", { date: sheet.since === "" ? "…" : formats.date(`${sheet.since}T00:00:00Z`) })
            }
            aboutOf={(sheet) => say("rates.fee_count", { n: sheet.fees?.length ?? 0 })}
            // Prices go on from those of the newest day.
            blank={() => ({ ...(draft.sheets.at(-1) ?? { fees: [] }), since: new Date().toISOString().slice(0, 10) }) as Sheet}
            addText={say("rates.add_sheet")}
            at="sheets"
            refusal={refusal}
          >
            {(sheet, put, at) => <SheetForm sheet={sheet} put={put} at={at} refusal={refusal} currency={draft.currency} />}
          </RuleList>
        </>
      )}
    </Setting>
  );
}

interface SheetProps {
  sheet: Sheet;
  put: (part: Partial<Sheet>) => void;
  at: string;
  refusal: Error | null;
  currency: string;
}

function SheetForm({ sheet, put, at, refusal, currency }: SheetProps) {
  const [say, formats] = [useSay(), useFormats()];
  const price = (fee: Fee): string => formats.number(fee.amount / MILLION, { maximumFractionDigits: 6 });
  return (
    <>
      <TextField label={say("rates.since")} type="date" value={sheet.since} onChange={(since) => put({ since })} error={errorOf(refusal, `${at}.since`)} />
      <Group legend={say("rates.fees")}>
        <RuleList
          rules={sheet.fees ?? []}
          change={(fees) => put({ fees })}
          nameOf={(fee) => `${channelName(fee.channel, say)} · ${say(`rates.billed.${fee.billed}`)}`}
          aboutOf={(fee) => [`${price(fee)} ${currency}`, fee.kind, fee.category].filter(Boolean).join(" · ")}
          blank={(): Fee => ({ channel: "whatsapp", billed: "delivered", amount: 0, kind: "", category: "", source: "" })}
          addText={say("rates.add_fee")}
          at={`${at}.fees`}
          refusal={refusal}
        >
          {(fee, set, place) => <FeeForm fee={fee} put={set} at={place} refusal={refusal} currency={currency} />}
        </RuleList>
      </Group>
      {sheet.aws && (
        <Group legend={say("rates.aws")}>
          <Fields>
            {AWS.map((name) => (
              <NumberField key={name} label={say(`rates.aws.${name}`)} value={sheet.aws?.[name] ?? null} onChange={(n) => put({ aws: { ...sheet.aws, [name]: n ?? 0 } as Sheet["aws"] })} min={0} max={1e9} error={errorOf(refusal, `${at}.aws.${name}`)} />
            ))}
          </Fields>
        </Group>
      )}
    </>
  );
}

interface FeeProps {
  fee: Fee;
  put: (part: Partial<Fee>) => void;
  at: string;
  refusal: Error | null;
  currency: string;
}

function FeeForm({ fee, put, at, refusal, currency }: FeeProps) {
  const say = useSay();
  const words = ["kind", "category", "source"] as const;
  return (
    <Fields>
      <Select label={say("rates.channel")} value={fee.channel} onChange={(channel) => put({ channel })} choices={CHANNELS.map((id) => ({ id, label: channelName(id, say) }))} />
      <Select label={say("rates.billed")} value={fee.billed} onChange={(billed) => put({ billed })} choices={BILLED.map((id) => ({ id, label: say(`rates.billed.${id}`) }))} />
      <NumberField label={`${say("rates.amount")} (${currency})`} value={fee.amount / MILLION} onChange={(amount) => put({ amount: Math.round((amount ?? 0) * MILLION) })} min={0} max={1000} step={0.000001} error={errorOf(refusal, `${at}.amount`)} />
      {words.map((name) => (
        <TextField key={name} label={say(`rates.${name}`)} value={fee[name] ?? ""} onChange={(text) => put({ [name]: text })} maxLength={name === "source" ? 300 : 40} error={errorOf(refusal, `${at}.${name}`)} />
      ))}
    </Fields>
  );
}
