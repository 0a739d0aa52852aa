/** Simulated phones: whoever is here plays the customers, on every channel at once. On a development desk alone. */

import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { queries } from "../../api/queries";
import { useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { Button } from "../../ui/Button";
import { Select, TextField } from "../../ui/fields";
import { Page } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { keep, keyOf, phones, type Owner } from "./book";
import { KINDS, kindOfChannel } from "./kinds";
import { Phone } from "./Phone";
import { accounts } from "./simulator";
import { Weather } from "./Weather";
import styles from "./Phones.module.css";

export default function Phones() {
  const [client] = useState(queries);
  return (
    <QueryClientProvider client={client}>
      <main>
        <Desk />
      </main>
    </QueryClientProvider>
  );
}

function Desk() {
  const say = useSay();
  const [all, setAll] = useState(phones);
  const there = useQuery({ queryKey: ["sim", "accounts"], queryFn: accounts });
  const change = (next: Owner[]) => {
    keep(next);
    setAll(next);
  };
  const add = (owner: Owner) => change([owner, ...all.filter((each) => keyOf(each) !== keyOf(owner))]);
  return (
    <Page title={say("phones.title")} wide>
      <p>{say("phones.what")}</p>
      <AsyncBoundary query={there}>
        {(registered) => (
          <>
            <NewPhone registered={registered} add={add} />
            {all.length > 0 && <Weather channels={[...new Set(all.map(({ channel }) => channel))]} />}
            {all.length === 0 && <Empty icon="info" title={say("phones.none")} />}
            <div className={styles["phones"]}>
              {all.map((owner) => (
                <Phone key={keyOf(owner)} owner={owner} remove={() => change(all.filter((each) => each !== owner))} />
              ))}
            </div>
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

const sixDigits = (): string => String(Math.floor(Math.random() * 1e6)).padStart(6, "0");

function NewPhone({ registered, add }: { registered: Record<string, string[]>; add: (owner: Owner) => void }) {
  const say = useSay();
  const mine = KINDS.filter(({ channel }) => (registered[channel]?.length ?? 0) > 0);
  const [channel, setChannel] = useState(mine[0]?.channel ?? "whatsapp");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");

  function submit(event: FormEvent): void {
    event.preventDefault();
    const [kind, account] = [kindOfChannel(channel), registered[channel]?.[0]];
    if (kind === undefined || account === undefined) return;
    const at = address.trim() || kind.invent(sixDigits());
    add({ channel, account, address: at, name: name.trim() || at });
    setName("");
    setAddress("");
  }

  return (
    <form className={styles["new"]} onSubmit={submit}>
      <Select label={say("phones.channel")} choices={mine.map((kind) => ({ id: kind.channel, label: channelName(kind.channel, say) }))} value={channel} onChange={setChannel} />
      <TextField label={say("phones.name")} value={name} onChange={setName} autoComplete="off" />
      <TextField label={say("phones.address")} hint={say("phones.address_hint")} value={address} onChange={setAddress} autoComplete="off" />
      <Button type="submit" kind="primary" icon="plus">
        {say("phones.add")}
      </Button>
    </form>
  );
}
