/** What was typed, once nothing has changed for a moment. */

import { useEffect, useState } from "react";

const PAUSE = 200;

export function useSettled<T>(value: T, pause = PAUSE): T {
  const [settled, setSettled] = useState(value);
  const asked = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
    // The same words are the same, whichever object holds them.
  }, [asked, pause]);
  return settled;
}
