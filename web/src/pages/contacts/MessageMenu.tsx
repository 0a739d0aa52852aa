/** Writing to a contact: every way there is, the desk's order, with why not; what is chosen waits in the composer. The API
 * begins nothing by itself: it goes on in their newest conversation, which is opened again where it is over. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useLocation } from "wouter";
import { told } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useFormats, useSay } from "../../app/desk";
import { useDrafts } from "../../desk/Sending";
import { legWords } from "../../inbox/composer/legWords";
import { rememberMode } from "../../inbox/composer/modes";
import { reasonOf } from "../../inbox/composer/refusals";
import type { LegChoice } from "../../inbox/composer/target";
import { Button } from "../../ui/Button";
import { ChannelBadge } from "../../ui/ChannelBadge";
import fields from "../../ui/fields.module.css";
import { useTell } from "../../ui/Toasts";
import { useNewestConversation } from "./newest";
import styles from "./Contacts.module.css";

export function MessageMenu({ contactId }: { contactId: string }) {
  const say = useSay();
  const newest = useNewestConversation(contactId);
  const [isOpen, setOpen] = useState(false);
  if (newest === undefined) return null;
  if (newest === null) return <span className={styles["muted"]}>{say("contacts.message_none")}</span>;
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button kind="primary" icon="reply">
        {say("contacts.message")}
      </Button>
      <Popover className={fields["popover"] ?? ""} placement="bottom end">
        <Ways id={newest} />
      </Popover>
    </MenuTrigger>
  );
}

const mayChoose = (choice: LegChoice): boolean => choice.usable || choice.template_needed;

function Ways({ id }: { id: string }) {
  const say = useSay();
  const found = useWays(id);
  const write = useWriting(id, found.data?.resolved ?? false);
  const { items = [], resolved = false } = found.data ?? {};
  return (
    <Menu
      aria-label={say("contacts.message")}
      className={fields["list"] ?? ""}
      disabledKeys={items.filter((each) => !mayChoose(each)).map((each) => each.leg_id)}
      renderEmptyState={() => <p className={styles["way"]}>{found.error === null ? say("state.loading") : reasonOf(found.error, say)}</p>}
      onAction={(key) => {
        const choice = items.find((each) => each.leg_id === key);
        if (choice !== undefined) write.mutate(choice);
      }}
    >
      {items.length > 0 && (
        <MenuSection>
          <Header className={styles["way"] ?? ""}>{say(resolved ? "contacts.message_again" : "contacts.message_on")}</Header>
          {items.map((choice) => (
            <Way key={choice.leg_id} id={choice.leg_id} choice={choice} />
          ))}
        </MenuSection>
      )}
    </Menu>
  );
}

function Way({ id, choice }: { id: string; choice: LegChoice }) {
  const [say, formats] = [useSay(), useFormats()];
  const name = channelName(choice.channel, say);
  const why = mayChoose(choice) ? (choice.template_needed ? [say("composer.why.template_needed")] : []) : choice.refusals.map((each) => legWords(each, choice.channel, say, formats));
  return (
    <MenuItem id={id} textValue={`${name} ${choice.address}`} className={fields["option"] ?? ""}>
      <ChannelBadge channel={choice.channel} silent />
      <span className={styles["wayName"]}>
        {name} <bdi>{choice.address}</bdi>
        {why.length > 0 && <span className={styles["muted"]}>{why.join(" ")}</span>}
      </span>
    </MenuItem>
  );
}

function useWays(id: string) {
  const api = useApi();
  const params = { path: { conversation_id: id } };
  return useQuery({
    queryKey: ["legs", id, "of contact"],
    queryFn: async () => {
      const [legs, { status }] = await Promise.all([
        told(api.GET("/conversations/{conversation_id}/legs", { params })),
        told(api.GET("/conversations/{conversation_id}", { params })),
      ]);
      return { items: legs.items, resolved: status === "resolved" };
    },
    staleTime: 0,
  });
}

/** The draft of that conversation goes the chosen way; what it says already stays. */
function useWriting(id: string, resolved: boolean) {
  const [api, say, tell, drafts] = [useApi(), useSay(), useTell(), useDrafts()];
  const [, go] = useLocation();
  return useMutation({
    mutationFn: async (choice: LegChoice) => {
      const body = { status: "open", snoozed_until: null, wake_on: null, keep_owner: false } as const;
      if (resolved) await told(api.POST("/conversations/{conversation_id}/status", { params: { path: { conversation_id: id } }, body }));
      await drafts.open(id);
      drafts.change(id, "reply", { legId: choice.place === "active" ? null : choice.leg_id });
      rememberMode(id, "reply");
    },
    onSuccess: () => go(`/inbox/all?c=${id}`),
    onError: (fault) => tell({ text: reasonOf(fault, say), tone: "bad" }),
  });
}
