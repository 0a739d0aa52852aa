/** The supervisor's board: the floor as it is now. */

import { useCalmStatus } from "../../app/Connection";
import { useSay } from "../../app/desk";
import { AsOf } from "../../ui/AsOf";
import { Page } from "../../ui/Page";
import { Empty, Skeleton } from "../../ui/states";

export default function Board() {
  const say = useSay();
  const { state, asOf } = useCalmStatus();
  return (
    <Page title={say("board.title")} wide aside={asOf !== null && <AsOf at={asOf} stale={state !== "live"} />}>
      {asOf === null ? <Skeleton lines={4} height={76} /> : <Empty icon="board" title={say("board.empty")} />}
    </Page>
  );
}
