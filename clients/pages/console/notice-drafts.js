/** Notices as staff write them: texts, and until when in an input's own form. No DOM. */

export const MOST_NOTICES = 10;

const SEOUL = '+09:00';

/** The drafts of a board's notices: `{ko, en, until}`, `until` as in a datetime-local input, '' for none. */
export function draftsOf(notices) {
  return notices.map(({ ko, en, until }) => ({ ko, en, until: until ? until.slice(0, 16) : '' }));
}

/** The drafts as the API takes them. */
export function noticesOf(drafts) {
  return drafts.map(({ ko, en, until }) => ({ ko: ko.trim(), en: en.trim(), until: until ? `${until}:00${SEOUL}` : null }));
}

/** Whether two lists of drafts say the same. */
export function sameDrafts(one, other) {
  return JSON.stringify(noticesOf(one)) === JSON.stringify(noticesOf(other));
}

/** Those of the drafts that have something to show already. */
export function written(drafts) {
  return drafts.filter(({ ko, en }) => ko.trim() || en.trim());
}
