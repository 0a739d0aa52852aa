/** What somebody wrote: words and links, nothing else. The direction is that of the words. */

import { memo } from "react";
import { isEmoji, partsOf } from "./words";
import styles from "./bubble.module.css";

export const Words = memo(function Words({ text, lang }: { text: string; lang?: string | undefined }) {
  if (text === "") return null;
  return (
    <p className={styles["words"]} data-emoji={isEmoji(text)} dir="auto" lang={lang}>
      {partsOf(text).map((part, place) =>
        "href" in part ? (
          <a key={place} href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
});
