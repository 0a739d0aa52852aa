/** Asks before a page is left while something typed is not saved. Set the answer's `current` to false once it is. */

import { useEffect, useRef } from "react";
import { leaving } from "../../../app/leaving";

export function useGuard(isDirty: boolean) {
  const dirt = useRef(isDirty);
  useEffect(() => {
    dirt.current = isDirty;
  });
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => dirt.current && event.preventDefault();
    addEventListener("beforeunload", ask);
    const end = leaving.guard(() => dirt.current);
    return () => {
      removeEventListener("beforeunload", ask);
      end();
    };
  }, []);
  return dirt;
}
