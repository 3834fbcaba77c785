/** Notices (안내): the lines that an office's staff have its screens show. Styled by notices.css. */

import { keyed, make, say } from './dom.js';

/**
 * Fills a list with notices, one item each, and hides it where there are none. They are texts of people, never markup.
 *
 * @param {HTMLElement} list with class "notices"
 * @param {Array<{ko: string, en: string}>} notices as in Board
 * @param {(item: HTMLElement, notice: object) => void} draw
 */
export function drawNotices(list, notices, draw) {
  const placed = notices.map((notice, place) => ({ notice, place }));
  keyed(list, placed, ({ place }) => place, () => make('li', 'notice'), (item, { notice }) => draw(item, notice));
  list.hidden = notices.length === 0;
}

/** Draws a notice in one language, or in English where it doesn't have that. @param {I18n} words */
export const inLanguage = (words) => (item, notice) => {
  item.lang = words.lang === 'ko' ? 'ko' : 'en';
  say(item, words.name(notice));
};

/** Draws a notice in Korean and English, the line of `first` above the other one's; once where both say the same. */
export const inBoth = (first) => (item, notice) => {
  if (!item.firstChild) item.append(make('span'), make('span'));
  const langs = first === 'ko' ? ['ko', 'en'] : ['en', 'ko'];
  langs.forEach((lang, line) => {
    const element = item.children[line];
    element.lang = lang;
    say(element, notice[lang]);
    element.hidden = line > 0 && notice.ko === notice.en;
  });
};
