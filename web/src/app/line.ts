/** How the live desk reaches the desk. */

import type { Missed } from "parley-live";
import { told, type Api } from "../api/client";
import type { Line } from "../live/desk";

export function lineOf(api: Api): Line {
  return {
    async ticket() {
      const { url, ticket } = await told(api.POST("/me/socket-tickets"));
      return `${url}?ticket=${encodeURIComponent(ticket)}`;
    },
    fetch: async (topics) => (await told(api.GET("/live", { params: { query: { topics } } }))) as unknown as Missed,
    open: (address) => new WebSocket(address),
  };
}
