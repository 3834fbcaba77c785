/** The badges that say how an office is, alike on every screen: its status, and how crowded it is. Styled by badges.css. */

import { make, say } from './dom.js';

/** The tone of an office's status in a `.status` element. */
export const TONES = { open: 'good', lunch: 'warn', closed: 'calm', holiday: 'calm' };

/** Makes a `.status` element say an office's status: open, lunch, closed or holiday. */
export function showStatus(element, status, words) {
  element.dataset.tone = TONES[status];
  say(element, words.t(`common.status.${status}`));
}

/** Makes a `.crowd` element say how crowded it is, as board.js `crowd` gives it; 'closed' hides it. */
export function showCrowd(element, level, words) {
  if (!element.firstChild) {
    const meter = make('span', 'meter', make('i'), make('i'), make('i'));
    meter.setAttribute('aria-hidden', 'true');
    element.append(meter, make('span'));
  }
  element.dataset.crowd = level;
  element.hidden = level === 'closed';
  if (level !== 'closed') say(element.lastChild, words.t(`common.crowd.${level}`));
}
