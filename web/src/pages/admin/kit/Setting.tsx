/** The page of settings that there are once: read, changed as a whole on the version that was read. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { ItemForm } from "../parts/ItemForm";
import { useItem, type Item } from "../parts/useItem";
import styles from "./kit.module.css";

interface Props<V extends { version: number }, D extends object> {
  title: string;
  intro?: string;
  /** Names it among what is kept. */
  name: string;
  read: () => Promise<V>;
  write: (draft: D, version: number) => Promise<V>;
  draftOf: (found: V) => D;
  missing?: (draft: D) => string | undefined;
  nameOf?: (field: keyof D & string) => string | undefined;
  children: (item: Item<D>, found: V) => ReactNode;
}

export function Setting<V extends { version: number }, D extends object>(props: Props<V, D>) {
  const query = useQuery({ queryKey: ["admin", props.name], queryFn: props.read });
  return (
    <Page title={props.title}>
      {props.intro !== undefined && <p className={styles["muted"]}>{props.intro}</p>}
      <AsyncBoundary query={query} loading={<Skeleton lines={5} height={32} />}>
        {(found) => <Form {...props} found={found} />}
      </AsyncBoundary>
    </Page>
  );
}

function Form<V extends { version: number }, D extends object>({ name, read, write, draftOf, missing, nameOf, children, found }: Props<V, D> & { found: V }) {
  const [say, cache] = [useSay(), useQueryClient()];
  const item = useItem<D, V>({
    key: `admin/${name}`,
    stored: draftOf(found),
    version: found.version,
    save: write,
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await read();
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: (answer) => cache.setQueryData(["admin", name], answer),
  });
  return (
    <ItemForm item={item} missing={missing?.(item.draft)} {...(nameOf ? { nameOf } : {})}>
      <p className={styles["muted"]}>{found.version === 0 ? say("rules.version_0") : say("rules.version", { n: found.version })}</p>
      {children(item, found)}
    </ItemForm>
  );
}
