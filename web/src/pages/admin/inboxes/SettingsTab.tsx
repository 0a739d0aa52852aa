/** The settings that an inbox's channel has. */

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Panel } from "../../../ui/Page";
import { Copy } from "../parts/Copy";
import { errorOf } from "../parts/faults";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { sentSettings, setupOf, wrongSetting, type Channel, type Settings } from "./channelForm";
import { SettingFields } from "./Fields";
import { INBOXES } from "./queries";
import { labelOf } from "./setupWords";
import type { InboxRow } from "./signs";
import { snippetOf } from "./snippet";

interface Draft {
  settings: Settings;
}

const draftOf = (inbox: Pick<InboxRow, "settings">): Draft => ({ settings: inbox.settings as Settings });

export function SettingsTab({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [isAsked, ask] = useState(false);
  const path = { inbox_id: inbox.id };
  const item = useItem({
    key: `inbox/${inbox.id}/settings`,
    stored: draftOf(inbox),
    version: inbox.version,
    save: ({ settings }, version) =>
      told(api.PATCH("/inboxes/{inbox_id}", { params: { path }, body: { settings: sentSettings(settings), version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/inboxes/{inbox_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: INBOXES }),
  });
  const isWrong = channel.settings.some((field) => wrongSetting(field, item.draft.settings[field.name]) !== null);
  return (
    <>
      <Panel title={say("inboxes.addresses")}>
        <Copy label={say("inboxes.webhook_url")} value={inbox.webhook_url} />
        <Copy label={channel.account ? labelOf(channel.name, channel.account, say) : say("inboxes.account")} value={inbox.account_id} />
        {setupOf(channel) === "site" && (
          <Copy label={say("inboxes.snippet")} value={snippetOf(inbox, location.origin)} isBlock hint={say("inboxes.snippet_hint")} />
        )}
      </Panel>
      <ItemForm
        item={{
          ...item,
          save: () => {
            ask(true);
            if (!isWrong) item.save();
          },
        }}
        nameOf={() => say("inboxes.settings")}
      >
        <Panel title={say("inboxes.settings")}>
          <SettingFields
            channel={channel.name}
            fields={channel.settings}
            values={item.draft.settings}
            onChange={(settings) => item.change({ settings })}
            errorOf={(field) => errorOf(item.refusal, field)}
            isAsked={isAsked}
          />
        </Panel>
      </ItemForm>
    </>
  );
}
