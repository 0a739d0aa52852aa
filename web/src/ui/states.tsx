/** The states that all data has: loading, empty, an error with a way out, offline. `AsyncBoundary` chooses. */

import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { Problem, Unreachable } from "../api/problem";
import { useSay } from "../app/desk";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import styles from "./states.module.css";

const HOLD_BACK = 150;

/** Boxes of the size of what will be there, after a moment; `lines` says how many. */
export function Skeleton({ lines = 3, height = 20 }: { lines?: number; height?: 20 | 32 | 76 | 160 }) {
  const say = useSay();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), HOLD_BACK);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles["skeleton"]} data-late={late} role="status">
      <span className="visually-hidden">{say("state.loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={`${styles["bone"]} ${styles[`h${height}`]}`} />
      ))}
    </div>
  );
}

interface NoticeProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  tone?: "calm" | "bad" | "warn";
}

/** In the middle of where content would be: an icon, what is, and what to do. */
export function Notice({ icon, title, children, action, tone = "calm" }: NoticeProps) {
  return (
    <div className={`${styles["notice"]} ${styles[tone]}`} role={tone === "bad" ? "alert" : undefined}>
      <Icon name={icon} size={32} />
      <p className={styles["title"]}>{title}</p>
      {children && <div className={styles["more"]}>{children}</div>}
      {action}
    </div>
  );
}

/** Why there is nothing, and what to do next. */
export function Empty({ title, children, action, icon = "done" }: Partial<NoticeProps> & { title: string }) {
  return (
    <Notice icon={icon} title={title} action={action}>
      {children}
    </Notice>
  );
}

/** What failed, its request id, and another attempt. */
export function Failure({ fault, retry }: { fault: unknown; retry?: () => void }) {
  const say = useSay();
  const offline = fault instanceof Unreachable;
  const denied = fault instanceof Problem && fault.status === 403;
  const action = retry && !denied && (
    <Button icon="refresh" onPress={retry}>
      {say("state.retry")}
    </Button>
  );
  if (denied) return <Notice icon="lock" title={say("state.denied")} tone="warn" />;
  return (
    <Notice icon={offline ? "offline" : "error"} tone="bad" title={say(offline ? "state.unreachable" : "state.failed")} action={action}>
      {fault instanceof Problem && fault.detail !== "" && <p>{fault.detail}</p>}
      {fault instanceof Problem && fault.requestId && (
        <p className={styles["id"]}>{say("state.request_id", { id: fault.requestId })}</p>
      )}
    </Notice>
  );
}

interface BoundaryProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "error" | "isPending" | "refetch" | "fetchStatus">;
  children: (data: T) => ReactNode;
  /** Of the final geometry. */
  loading?: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
}

/** What was loaded stays, whatever happens to the next attempt; a failed one is told above it. */
export function AsyncBoundary<T>({ query, children, loading, isEmpty, empty }: BoundaryProps<T>) {
  const say = useSay();
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.error !== null) return <Failure fault={query.error} retry={retry} />;
    if (query.fetchStatus === "paused") return <Notice icon="offline" tone="warn" title={say("state.offline")} />;
    return loading ?? <Skeleton />;
  }
  return (
    <>
      {query.error !== null && <StaleBar fault={query.error} retry={retry} />}
      {isEmpty?.(query.data) ? empty : children(query.data)}
    </>
  );
}

function StaleBar({ fault, retry }: { fault: unknown; retry: () => void }) {
  const say = useSay();
  return (
    <div className={styles["bar"]} role="status">
      <Icon name="warning" size={16} />
      <span>{say(fault instanceof Unreachable ? "state.unreachable_kept" : "state.failed_kept")}</span>
      <Button kind="quiet" onPress={retry}>
        {say("state.retry")}
      </Button>
    </div>
  );
}
