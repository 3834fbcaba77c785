/** The screen of an office that is closed: it says so and when it opens, instead of asking what one came for. */

import { find, say } from '../../lib/dom.js';
import { i18n, t } from '../../lib/i18n.js';
import { dayName, opensAt } from '../../lib/opening-hours.js';
import { timeOfDay } from '../../lib/time.js';

/**
 * Whether the office gives no numbers now because of the hour or the day; false while that isn't known.
 *
 * @param {object|null} board Board, or null while none has come
 */
export function isClosed(board) {
  return board?.status === 'closed' || board?.status === 'holiday';
}

export class ClosedView {
  /** @param {object} office Office; `board`: its Board */
  draw(office, board) {
    const { hours } = office;
    const dayOff = board.status === 'holiday' || !hours;
    const opens = opensAt(office, board);
    const when = opens && { day: dayName(opens, board.day, i18n.lang), time: timeOfDay(opens) };
    say(find('#closed-title'), t(dayOff ? 'kiosk.shut.day_off' : 'kiosk.shut.closed'));
    say(find('#closed-opens'), when ? t('kiosk.shut.opens', when) : '');
    say(find('#closed-hours'), hours ? t('kiosk.shut.hours', { open: hours.open, close: hours.close }) : '');
  }
}
