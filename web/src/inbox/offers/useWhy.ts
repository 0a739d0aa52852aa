/** Why this agent is asked, and the customer's language: read beside the offer, which does not wait for it. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi, useChosen, useSay } from "../../app/desk";
import { LOCALES } from "../../i18n/languages";
import { sentenceWords } from "../context/sentenceWords";
import { offerKey, type Offer } from "./rules";

export function useWhy(offer: Offer): { sentence: string | null; language: string | null } {
  const [api, say] = [useApi(), useSay()];
  const { language } = useChosen().preferences;
  const why = useQuery({
    queryKey: ["offer", offerKey(offer), "why"],
    staleTime: Infinity,
    queryFn: () => told(api.GET("/conversations/{conversation_id}/routing", { params: { path: { conversation_id: offer.conversation_id } } })),
    select: ({ decisions }) => decisions[0],
  });
  const contact = useQuery({
    queryKey: ["offer", offer.conversation.contact_id, "contact"],
    staleTime: 60_000,
    queryFn: () => told(api.GET("/contacts/{contact_id}", { params: { path: { contact_id: offer.conversation.contact_id } } })),
    select: (found) => found.language ?? found.locale,
  });
  return { sentence: why.data ? sentenceWords(why.data, say) : null, language: contact.data ? nameOf(contact.data, LOCALES[language]) : null };
}

/** In the reader's language; the code itself where it is none. */
export function nameOf(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code.replace("_", "-")) ?? code;
  } catch {
    return code;
  }
}
