/** What stands above every page: pages that fill the window leave room for it. */

import { useEffect, useRef, type ReactNode } from "react";

export function Banners({ children }: { children: ReactNode }) {
  const band = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = band.current;
    if (shown === null) return undefined;
    const set = () => document.documentElement.style.setProperty("--banner", `${shown.offsetHeight}px`);
    const watcher = new ResizeObserver(set);
    watcher.observe(shown);
    return () => watcher.disconnect();
  }, []);
  return <div ref={band}>{children}</div>;
}
