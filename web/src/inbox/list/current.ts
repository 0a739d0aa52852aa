/** Which conversation is open: rows look for themselves, so that the list is not made anew. */

import { createContext, useContext } from "react";

export const CurrentContext = createContext<string | null>(null);
export const useIsCurrent = (id: string): boolean => useContext(CurrentContext) === id;
