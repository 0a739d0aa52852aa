/** Files of a message or a note: pictures with room kept for them, sounds and films with a player, others to be kept. */

import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { Entry } from "../../desk/conversation";
import { Icon } from "../../ui/Icon";
import { useTell } from "../../ui/Toasts";
import { familyOf, linkOf, openFile, sizeOf, useLink, type File } from "./media";
import { useThread } from "./shared";
import { Viewer } from "./Viewer";
import styles from "./bubble.module.css";

export function Files({ entry }: { entry: Entry }) {
  if (entry.attachments.length === 0) return null;
  return (
    <ul className={styles["files"]} role="list">
      {entry.attachments.map((file) => (
        <li key={file.index}>{file.state === "stored" ? <Stored entry={entry} file={file} /> : <NotThere file={file} />}</li>
      ))}
    </ul>
  );
}

/** Why it cannot be opened: it is being fetched and looked at, was refused, or has been removed. */
function NotThere({ file }: { file: File }) {
  const [say, formats] = [useSay(), useFormats()];
  const name = file.name ?? say(`thread.file.${familyOf(file)}`);
  const why = file.state === "pending" ? say("thread.file.pending") : file.reason === "expired" ? say("thread.file.expired") : say("thread.file.refused", { reason: file.reason ?? "–" });
  return (
    <div className={styles["file"]} data-state={file.state} data-family={familyOf(file)}>
      <Icon name={file.state === "pending" ? "clock" : "warning"} />
      <span>
        <bdi>{name}</bdi> <small>{sizeOf(file.size_bytes, (value, options) => formats.number(value, options))}</small>
        <small className={styles["why"]}>{why}</small>
      </span>
    </div>
  );
}

function Stored({ entry, file }: { entry: Entry; file: File }) {
  const family = familyOf(file);
  if (family === "image") return <Picture entry={entry} file={file} />;
  if (family === "document") return <Kept entry={entry} file={file} />;
  return <Player entry={entry} file={file} family={family} />;
}

function Picture({ entry, file }: { entry: Entry; file: File }) {
  const [say, { conversation }] = [useSay(), useThread()];
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useLink(conversation.id, entry.id, file);
  const [broken, setBroken] = useState(false);
  const alt = file.name ?? (entry.text || say("thread.file.image"));
  if (error !== null || broken) return <Kept entry={entry} file={file} again={() => (setBroken(false), void refetch())} />;
  return (
    <>
      <AriaButton className={styles["picture"] ?? ""} data-sticker={entry.kind === "sticker"} aria-label={say("thread.file.open", { name: alt })} onPress={() => setOpen(true)}>
        {data && <img src={data.url} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />}
      </AriaButton>
      {open && <Viewer entryId={entry.id} index={file.index} close={() => setOpen(false)} />}
    </>
  );
}

function Player({ entry, file, family }: { entry: Entry; file: File; family: "audio" | "video" }) {
  const [say, { conversation }] = [useSay(), useThread()];
  const { data, error, refetch } = useLink(conversation.id, entry.id, file);
  const [broken, setBroken] = useState(false);
  if (error !== null || broken) return <Kept entry={entry} file={file} again={() => (setBroken(false), void refetch())} />;
  const label = file.voice ? say("thread.file.voice") : (file.name ?? say(`thread.file.${family}`));
  const Tag = family;
  return (
    <figure className={styles["player"]} data-family={family}>
      <figcaption>
        <Icon name="play" size={16} /> <bdi>{label}</bdi>
      </figcaption>
      <Tag controls preload="metadata" aria-label={label} onError={() => setBroken(true)} {...(data ? { src: data.url } : {})} />
    </figure>
  );
}

/** To be kept. `again`: it could not be shown. */
function Kept({ entry, file, again }: { entry: Entry; file: File; again?: () => void }) {
  const [say, api, tell, formats, { conversation }] = [useSay(), useApi(), useTell(), useFormats(), useThread()];
  const name = file.name ?? say(`thread.file.${familyOf(file)}`);
  const fetchIt = () =>
    linkOf(api, conversation.id, entry.id, file.index)
      .then(openFile)
      .catch(() => tell({ text: say("thread.file.unreachable"), tone: "bad", action: { text: say("state.retry"), run: fetchIt } }));
  return (
    <div className={styles["file"]} data-state="stored">
      <AriaButton className={styles["keep"] ?? ""} onPress={() => void fetchIt()}>
        <Icon name="file" />
        <span>
          <bdi>{name}</bdi> <small>{sizeOf(file.size_bytes, (value, options) => formats.number(value, options))}</small>
        </span>
        <Icon name="download" size={16} />
        <span className="visually-hidden">{say("thread.file.keep")}</span>
      </AriaButton>
      {again && (
        <p className={styles["why"]}>
          {say("thread.file.not_shown")}{" "}
          <AriaButton className={styles["link"] ?? ""} onPress={again}>
            {say("state.retry")}
          </AriaButton>
        </p>
      )}
    </div>
  );
}
