/** What messages of the less common kinds say. Nothing is left out: what is not understood is said to be so. */

import type { ReactNode } from "react";
import { useFormats, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import type { Message } from "../../desk/conversation";
import { Icon } from "../../ui/Icon";
import { offersOf, type Piece } from "./entries";
import { useThread } from "./shared";
import { Words } from "./Words";
import styles from "./bubble.module.css";

type Content = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
const record = (value: unknown): Content => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Content) : {});
const records = (value: unknown): Content[] => (Array.isArray(value) ? value.map(record) : []);

export function Place({ content }: { content: Content }) {
  const say = useSay();
  const [latitude, longitude] = [text(content["latitude"]), text(content["longitude"])];
  const href = `https://www.openstreetmap.org/?mlat=${encodeURIComponent(latitude)}&mlon=${encodeURIComponent(longitude)}#map=16/${encodeURIComponent(latitude)}/${encodeURIComponent(longitude)}`;
  return (
    <div className={styles["card"]}>
      <p className={styles["kind"]}>
        <Icon name="pin" size={16} /> {say("thread.kind.location")}
      </p>
      {text(content["name"]) !== "" && <p dir="auto">{text(content["name"])}</p>}
      {text(content["address"]) !== "" && <p dir="auto">{text(content["address"])}</p>}
      <p>
        <a href={href} target="_blank" rel="noopener noreferrer">
          {latitude}, {longitude}
        </a>
      </p>
    </div>
  );
}

export function Cards({ content }: { content: Content }) {
  const say = useSay();
  return (
    <ul className={styles["cards"]} role="list">
      {records(content["contacts"]).map((one, place) => {
        const name = text(record(one["name"])["formatted_name"]) || text(one["name"]);
        const numbers = records(one["phones"]).map((each) => text(each["phone"]) || text(each["wa_id"]));
        const mails = records(one["emails"]).map((each) => text(each["email"]));
        return (
          <li key={place} className={styles["card"]}>
            <p className={styles["kind"]}>
              <Icon name="person" size={16} /> {say("thread.kind.contact")}
            </p>
            <p>
              <bdi>{name || "–"}</bdi>
            </p>
            {[...numbers, text(one["phone"]), ...mails].filter((each) => each !== "").map((each) => (
              <p key={each}>
                <bdi>{each}</bdi>
              </p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}

/** What was chosen of what was offered. */
export function Choice({ message }: { message: Message }) {
  const say = useSay();
  const { title, description, source } = record(message.content);
  return (
    <div>
      <p className={styles["kind"]}>
        <Icon name="check" size={16} /> {say(source === "list" ? "thread.kind.chose_row" : "thread.kind.chose")}
      </p>
      <Words text={message.text || text(title)} />
      {text(description) !== "" && <Words text={text(description)} />}
    </div>
  );
}

/** What was offered, and which of it was taken. */
export function Offers({ message, chosen }: { message: Message; chosen: string | null }) {
  const say = useSay();
  const content = record(message.content);
  const header = text(record(content["header"])["text"]) || text(content["header"]);
  return (
    <div>
      {header !== "" && <p className={styles["strong"]}>{header}</p>}
      <Words text={message.text || text(content["body"])} />
      {text(content["footer"]) !== "" && <p className={styles["kind"]}>{text(content["footer"])}</p>}
      <ul className={styles["offers"]} role="list" aria-label={say("thread.kind.offered")}>
        {offersOf(message).map(({ id, title }) => (
          <li key={id} data-chosen={id === chosen}>
            <span dir="auto">{title}</span>
            {id === chosen && (
              <>
                <Icon name="check" size={16} />
                <span className="visually-hidden">{say("thread.kind.chosen")}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Form({ content }: { content: Content }) {
  const say = useSay();
  return (
    <div className={styles["card"]}>
      <p className={styles["kind"]}>
        <Icon name="list" size={16} /> {say("thread.kind.form", { name: text(content["name"]) || "–" })}
      </p>
      <Values of={record(content["values"])} />
    </div>
  );
}

function Values({ of }: { of: Content }) {
  return (
    <dl className={styles["values"]}>
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Order({ content }: { content: Content }) {
  const [say, formats] = [useSay(), useFormats()];
  const price = (amount: unknown, currency: unknown): string => {
    if (typeof amount !== "number") return "";
    try {
      return formats.number(amount, { style: "currency", currency: text(currency) });
    } catch {
      return `${formats.number(amount)} ${text(currency)}`;
    }
  };
  return (
    <div className={styles["card"]}>
      <p className={styles["kind"]}>
        <Icon name="table" size={16} /> {say("thread.kind.order")}
      </p>
      <ul className={styles["items"]}>
        {records(content["items"]).map((item, place) => (
          <li key={place}>
            <span>
              {formats.number(Number(item["quantity"] ?? 1))} × <bdi>{text(item["name"]) || text(item["product_retailer_id"]) || text(item["id"])}</bdi>
            </span>
            <span>{price(item["item_price"] ?? item["price"], item["currency"])}</span>
          </li>
        ))}
      </ul>
      <Words text={text(content["text"])} />
    </div>
  );
}

export function Template({ message }: { message: Message }) {
  const say = useSay();
  const content = record(message.content);
  const values = records(content["components"]).flatMap((each) => records(each["parameters"])).map((each) => text(each["text"])).filter((each) => each !== "");
  return (
    <div>
      <p className={styles["kind"]}>
        <Icon name="text" size={16} /> {say("thread.kind.template", { name: text(content["name"]), language: text(content["language"]) })}
      </p>
      <Words text={message.rendered_as?.text || message.text} />
      {message.text === "" && !message.rendered_as?.text && values.length > 0 && (
        <ul className={styles["items"]}>
          {values.map((each, place) => (
            <li key={place} dir="auto">
              {each}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function Unsupported({ message }: { message: Message }) {
  const [say, { channelOf }] = [useSay(), useThread()];
  const raw = record(message.content)["raw"];
  const inner = text(record(record(raw)["unsupported"])["type"]);
  const type = inner || text(record(message.content)["type"]) || message.kind;
  return (
    <div>
      <p className={styles["kind"]}>
        <Icon name="warning" size={16} /> {say("thread.kind.unsupported", { channel: channelName(channelOf(message.leg_id), say), type })}
      </p>
      <Words text={message.text} />
      {raw !== undefined && (
        <details className={styles["raw"]}>
          <summary>{say("thread.kind.raw")}</summary>
          <pre>{JSON.stringify(raw, null, 1).slice(0, 4_000)}</pre>
        </details>
      )}
    </div>
  );
}

/** What speaks about a message that is not here. */
export function AboutEarlier({ piece: { entry } }: { piece: Piece }): ReactNode {
  const say = useSay();
  const content = entry.type === "message" ? record(entry.content) : {};
  if (entry.kind === "reaction") return <p>{text(content["emoji"]) === "" ? say("thread.kind.reaction_gone") : say("thread.kind.reaction", { emoji: text(content["emoji"]) })}</p>;
  if (entry.kind === "edit")
    return (
      <div>
        <p className={styles["kind"]}>{say("thread.kind.edit")}</p>
        <Words text={entry.text} />
      </div>
    );
  return <p className={styles["kind"]}>{say(entry.kind === "revoke" ? "thread.kind.revoke" : "thread.kind.call_update")}</p>;
}

/** An advertisement or a page that the customer came from. */
export function Referral({ content }: { content: Content }) {
  const say = useSay();
  const from = record(content["referral"]);
  const title = text(from["headline"]) || text(from["source_url"]) || text(from["ref"]);
  if (title === "") return null;
  const href = text(from["source_url"]);
  return (
    <p className={styles["kind"]}>
      <Icon name="link" size={16} /> {say("thread.kind.referral")}{" "}
      {/^https?:/.test(href) ? (
        <a href={href} target="_blank" rel="noopener noreferrer">
          {title}
        </a>
      ) : (
        <bdi>{title}</bdi>
      )}
    </p>
  );
}
