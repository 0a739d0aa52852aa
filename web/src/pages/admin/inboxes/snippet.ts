/** What a site's pages need to show the chat. */

import type { InboxRow } from "./signs";

const quoted = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** `origin` serves the widget's script. */
export function snippetOf(inbox: Pick<InboxRow, "id" | "webhook_url" | "webhook_path">, origin: string): string {
  const api = inbox.webhook_url.slice(0, inbox.webhook_url.length - inbox.webhook_path.length);
  return `<script async src="${quoted(origin)}/widget.js" data-chat="${quoted(api)}/widget/v1/${quoted(inbox.id)}"></script>`;
}
