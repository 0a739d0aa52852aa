/** One simulated phone: what stands on it, and everything its owner can do. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { FileTrigger } from "react-aria-components";
import { useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { Button, IconButton } from "../../ui/Button";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import { keyOf, type Owner } from "./book";
import { kindOfChannel, type Deed, type Json, type Kind } from "./kinds";
import { Lines } from "./Lines";
import { flagsOf, linesOf } from "./screen";
import { asked, base64, done } from "./simulator";
import styles from "./Phones.module.css";

const LOOK_EVERY = 1_500;

export function Phone({ owner, remove }: { owner: Owner; remove: () => void }) {
  const kind = kindOfChannel(owner.channel);
  return kind === undefined ? null : <Known owner={owner} kind={kind} remove={remove} />;
}

function Known({ owner, kind, remove }: { owner: Owner; kind: Kind; remove: () => void }) {
  const say = useSay();
  const queries = useQueryClient();
  const place = kind.place(owner.account, owner.address);
  const key = ["phone", keyOf(owner)];
  const screen = useQuery({ queryKey: key, queryFn: () => asked("GET", place + kind.screen), refetchInterval: LOOK_EVERY });
  const doing = useMutation({
    mutationFn: (deed: Deed) => done(place, deed),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const [text, setText] = useState("");
  const [raw, setRaw] = useState<Json | null>(null);
  const lines = linesOf(screen.data ?? {});
  const newest = lines.findLast((line) => !line.mine)?.id ?? null;
  const name = channelName(owner.channel, say);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (text.trim() === "") return;
    await doing.mutateAsync(kind.say(text, owner.name, newest));
    setText("");
  }

  async function sendFile(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (file === undefined || kind.file === undefined) return;
    doing.mutate(kind.file({ name: file.name, mime: file.type || "application/octet-stream", base64: await base64(file) }, owner.name));
  }

  return (
    <section className={styles["phone"]} aria-label={say("phones.of", { channel: name, name: owner.name })}>
      <header className={styles["top"]}>
        <ChannelBadge channel={owner.channel} />
        <h2>{owner.name}</h2>
        <IconButton icon="close" label={say("phones.remove", { name: owner.name })} onPress={remove} />
        <p className={styles["address"]}>{owner.address}</p>
      </header>
      <Lines lines={lines} kind={kind} act={(deed) => doing.mutate(deed)} press={(title) => doing.mutate(kind.say(title, owner.name, newest))} look={setRaw} />
      {doing.isError && (
        <p className={styles["refused"]} role="alert">
          {String(doing.error.message)}
        </p>
      )}
      <form className={styles["write"]} onSubmit={(event) => void send(event).catch(() => undefined)}>
        <TextField label={say("phones.text")} value={text} onChange={setText} autoComplete="off" />
        <Button type="submit" kind="primary" isDisabled={doing.isPending}>
          {say("phones.send")}
        </Button>
      </form>
      <div className={styles["deeds"]}>
        {kind.file && (
          <FileTrigger onSelect={(files) => void sendFile(files)}>
            <Button>{say("phones.file")}</Button>
          </FileTrigger>
        )}
        {kind.read && <Button onPress={() => kind.read && doing.mutate(kind.read)}>{say("phones.read")}</Button>}
        {kind.typing && <Typing act={(on) => kind.typing && doing.mutate(kind.typing(on))} />}
        {kind.block && <Blocking act={(on) => kind.block && doing.mutate(kind.block(on))} />}
      </div>
      <p className={styles["flags"]}>{flagsOf(screen.data ?? {}).join(" · ")}</p>
      <Dialog title={say("phones.raw")} isOpen={raw !== null} onClose={() => setRaw(null)} wide>
        <pre className={styles["raw"]}>{JSON.stringify(raw, null, 2)}</pre>
      </Dialog>
    </section>
  );
}

function Typing({ act }: { act: (on: boolean) => void }) {
  const say = useSay();
  const [on, setOn] = useState(false);
  const newest = useRef(act);
  newest.current = act;
  useEffect(() => {
    // It is said again and again while keys are pressed.
    if (!on) return undefined;
    newest.current(true);
    const timer = setInterval(() => newest.current(true), 3_000);
    return () => {
      clearInterval(timer);
      newest.current(false);
    };
  }, [on]);
  return <Button onPress={() => setOn(!on)}>{say(on ? "phones.typing_stop" : "phones.typing")}</Button>;
}

function Blocking({ act }: { act: (on: boolean) => void }) {
  const say = useSay();
  const [on, setOn] = useState(false);
  const change = () => {
    act(!on);
    setOn(!on);
  };
  return <Button onPress={change}>{say(on ? "phones.unblock" : "phones.block")}</Button>;
}
