/** Who is written to: their language and their clock. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi } from "../../app/desk";

export function useContact(id: string) {
  const api = useApi();
  return useQuery({ queryKey: ["contact", id], queryFn: () => told(api.GET("/contacts/{contact_id}", { params: { path: { contact_id: id } } })) });
}
