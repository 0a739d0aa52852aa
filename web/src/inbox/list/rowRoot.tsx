/** Rows of a list that is virtual, each of which costs the same however many there are. A grid's row looks through all others
 * for its index otherwise; ours is told it (`aria-rowindex`, see ConversationGrid). */

import { useContext, useMemo, type ComponentProps, type ReactNode } from "react";
import { CollectionRendererContext } from "react-aria-components";

type Renderer = NonNullable<ComponentProps<typeof CollectionRendererContext.Provider>["value"]>;

/** Inside of `Virtualizer`, around the list. */
export function RowRoot({ children }: { children: ReactNode }) {
  const outer = useContext(CollectionRendererContext);
  const renderer = useMemo<Renderer>(() => {
    const { CollectionRoot: Root } = outer;
    const single = { ...outer, isVirtualized: false };
    const CollectionRoot: Renderer["CollectionRoot"] = (props) => (
      <CollectionRendererContext.Provider value={single}>
        <Root {...props} />
      </CollectionRendererContext.Provider>
    );
    return { ...outer, CollectionRoot };
  }, [outer]);
  return <CollectionRendererContext.Provider value={renderer}>{children}</CollectionRendererContext.Provider>;
}
