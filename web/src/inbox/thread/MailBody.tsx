/** What a mail says: its subject and people, its HTML in a frame of its own, its text where that is wanted. */

import { useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useApi, useSay } from "../../app/desk";
import type { Message } from "../../desk/conversation";
import { Dialog } from "../../ui/Dialog";
import { hasRemote, inlineOf, pictures, MAIL_PAGE, writeMail } from "./mail";
import { linkOf } from "./media";
import { useThread } from "./shared";
import { Words } from "./Words";
import styles from "./mail.module.css";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Addresses, however they stand there: one or several, as texts or with names. */
function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.map((each) => text(each) || text((each as Record<string, unknown> | null | undefined)?.["address"])).filter((each) => each !== "");
}

export const isMail = ({ content }: Message): boolean => content !== null && (typeof content["html"] === "string" || typeof content["subject"] === "string" || typeof content["hidden"] === "string" || content["html_left_out"] === true);

export function MailBody({ message, shown }: { message: Message; shown: string }) {
  const say = useSay();
  const html = text(message.content["html"]);
  const [plain, setPlain] = useState(false);
  const [remote, setRemote] = useState(() => pictures.allowed(message));
  const [full, setFull] = useState(false);
  const formatted = html !== "" && !plain;
  return (
    <div className={styles["mail"]}>
      <Head content={message.content} />
      {message.content["html_left_out"] === true && <p className={styles["hint"]}>{say("thread.mail.left_out")}</p>}
      {formatted ? <Frame message={message} html={html} remote={remote} /> : <Plain message={message} shown={shown} />}
      {html !== "" && (
        <div className={styles["tools"]}>
          {formatted && hasRemote(html) && !remote && (
            <AriaButton className={styles["tool"] ?? ""} onPress={() => (pictures.allow(message), setRemote(true))}>
              {say("thread.mail.show_images")}
            </AriaButton>
          )}
          <AriaButton className={styles["tool"] ?? ""} onPress={() => setPlain(!plain)}>
            {say(plain ? "thread.mail.formatted" : "thread.mail.plain")}
          </AriaButton>
          <AriaButton className={styles["tool"] ?? ""} onPress={() => setFull(true)}>
            {say("thread.mail.full")}
          </AriaButton>
        </div>
      )}
      <Dialog title={text(message.content["subject"]) || say("thread.mail.no_subject")} isOpen={full} onClose={() => setFull(false)} wide>
        <Frame message={message} html={html} remote={remote} full />
      </Dialog>
    </div>
  );
}

function Head({ content }: { content: Record<string, unknown> }) {
  const say = useSay();
  const [subject, from, to, cc] = [text(content["subject"]), texts(content["from"]), texts(content["to"]), texts(content["cc"])];
  const proven = (content["authentication"] as Record<string, unknown> | undefined)?.["verified"];
  return (
    <>
      {subject !== "" && (
        <p className={styles["subject"]} dir="auto">
          {subject}
        </p>
      )}
      {(from.length > 0 || cc.length > 0) && (
        <p className={styles["people"]}>
          {from.length > 0 && <span>{say("thread.mail.from", { who: from.join(", ") })}</span>}
          {to.length > 0 && <span>{say("thread.mail.to", { who: to.join(", ") })}</span>}
          {cc.length > 0 && <span>{say("thread.mail.cc", { who: cc.join(", ") })}</span>}
        </p>
      )}
      {proven === false && <p className={styles["warn"]}>{say("thread.mail.unproven")}</p>}
    </>
  );
}

/** What was written anew; what was quoted is folded below it. */
function Plain({ message, shown }: { message: Message; shown: string }) {
  const say = useSay();
  const hidden = text(message.content["hidden"]);
  return (
    <>
      <Words text={shown} />
      {hidden !== "" && (
        <details className={styles["hidden"]}>
          <summary>{say("thread.mail.quoted")}</summary>
          <Words text={hidden} />
        </details>
      )}
    </>
  );
}

/** Heights by message: a frame that comes back into sight takes the room that it had. */
const heights = new Map<string, number>();
const FIRST = 120;

function Frame({ message, html, remote, full = false }: { message: Message; html: string; remote: boolean; full?: boolean }) {
  const [say, api, { conversation }] = [useSay(), useApi(), useThread()];
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(() => heights.get(message.id) ?? FIRST);
  const [loaded, setLoaded] = useState(0);
  const own = inlineOf(message.content).filter(([, index]) => message.attachments[index]?.state === "stored");
  const inline = useQueries({
    queries: own.map(([, index]) => ({ queryKey: ["file", message.id, index], queryFn: () => linkOf(api, conversation.id, message.id, index), staleTime: 240_000, gcTime: 240_000, retry: 1 })),
    combine: useCallback((answers: Array<{ data?: { url: string } | undefined }>) => JSON.stringify(answers.map(({ data }) => data?.url ?? null)), []),
  });
  const quoted = say("thread.mail.quoted");
  useEffect(() => {
    const document = frame.current?.contentDocument;
    if (!document?.body || document.location.pathname !== MAIL_PAGE) return undefined;
    const urls = JSON.parse(inline) as Array<string | null>;
    const links = Object.fromEntries(inlineOf(message.content).filter(([, index]) => message.attachments[index]?.state === "stored").flatMap(([id], place) => (urls[place] ? [[id, urls[place]]] : [])));
    writeMail(document, { html, remote, inline: links, quoted });
    const measure = () => {
      const next = document.documentElement.scrollHeight;
      heights.set(message.id, next);
      setHeight(next);
    };
    const watcher = new ResizeObserver(measure);
    watcher.observe(document.body);
    return () => watcher.disconnect();
  }, [html, remote, inline, quoted, loaded, message]);
  return (
    <iframe
      ref={frame}
      className={styles["frame"]}
      data-full={full}
      title={say("thread.mail.title")}
      src={MAIL_PAGE}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      onLoad={() => setLoaded((times) => times + 1)}
      style={full ? {} : { blockSize: height }}
    />
  );
}
