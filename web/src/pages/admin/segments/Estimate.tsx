/** What a condition would give, as it is written: asked a moment after it has changed. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";

const PAUSE = 600;

export function Estimate({ condition }: { condition: Record<string, unknown> }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const text = JSON.stringify(condition);
  const [asked, ask] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => ask(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const preview = useQuery({
    queryKey: ["segments", "preview", asked],
    queryFn: () => told(api.POST("/segments/preview", { body: { condition: JSON.parse(asked) as Record<string, unknown> } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const found = preview.data;
  if (preview.error) return <Refusal fault={preview.error} />;
  if (!found) return <p className={form["hint"]}>{say("segments.counting")}</p>;
  const share = found.is_complete ? formats.percent(found.low) : `${formats.percent(found.low)} – ${formats.percent(found.high)}`;
  return (
    <div role="status" className={form["form-tight"]}>
      <p>{say("segments.estimate", { matched: found.matched, of: found.looked_at, share })}</p>
      {found.sample.length > 0 && (
        <p className={form["hint"]}>
          {say("segments.such_as", {
            names: found.sample
              .slice(0, 5)
              .map((each) => each.display_name)
              .join(", "),
          })}
        </p>
      )}
    </div>
  );
}
