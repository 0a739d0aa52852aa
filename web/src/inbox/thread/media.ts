/** Links to stored files: asked for when one is wanted, good for five minutes. */

import { useQuery } from "@tanstack/react-query";
import { told, type Api, type Schemas } from "../../api/client";
import { useApi } from "../../app/desk";
import type { Message } from "../../desk/conversation";

export type File = Message["attachments"][number];
export type Family = "image" | "audio" | "video" | "document";

/** A minute before they end. */
const GOOD_FOR = 4 * 60_000;

export function familyOf({ mime }: Pick<File, "mime">): Family {
  const family = mime.slice(0, mime.indexOf("/"));
  if (mime === "image/svg+xml") return "document";
  return family === "image" || family === "audio" || family === "video" ? family : "document";
}

/** The path names the conversation that shows the message or note. */
export const linkOf = (api: Api, conversationId: string, messageId: string, index: number) =>
  told(
    api.GET("/conversations/{conversation_id}/messages/{message_id}/attachments/{index}", {
      params: { path: { conversation_id: conversationId, message_id: messageId, index } },
    }),
  );

export function useLink(conversationId: string, messageId: string, file: Pick<File, "index" | "state">) {
  const api = useApi();
  return useQuery({
    queryKey: ["file", messageId, file.index],
    queryFn: () => linkOf(api, conversationId, messageId, file.index),
    enabled: file.state === "stored",
    staleTime: GOOD_FOR,
    gcTime: GOOD_FOR,
    retry: 1,
  });
}

/** The browser keeps it, or shows it in a tab of its own. */
export function openFile({ url, name }: Pick<Schemas["chalicelib.api.messages.LinkView"], "url" | "name">): void {
  const link = document.createElement("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (name !== null) link.download = name;
  link.click();
}

export function sizeOf(bytes: number | null, number: (value: number, options: Intl.NumberFormatOptions) => string): string {
  if (bytes === null) return "";
  const [unit, size] = bytes < 1_000 ? ["byte", 1] : bytes < 1_000_000 ? ["kilobyte", 1_000] : ["megabyte", 1_000_000];
  return number(bytes / Number(size), { style: "unit", unit: String(unit), maximumFractionDigits: bytes < 1_000_000 ? 0 : 1 });
}
