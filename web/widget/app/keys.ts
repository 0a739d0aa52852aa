/** What is kept on the site's page, by name. */

export const SEEN = "seen";
export const HIDDEN = "hidden";
export const DRAFT = "draft";
export const WHO = "who";
/** When something was last said: the loader looks at it. */
export const LAST = "last";
