/** The time of day at the top, and how new the board is. */

import { timeOfDay } from '../clients/lib/time.js';

const byId = (id) => document.getElementById(id);

/** The clock: redrawn as each minute of the city begins. */
export function startClock(words) {
  const tick = () => {
    const now = new Date();
    byId('time').textContent = timeOfDay(now);
    words.fill(byId('date'), ({ lang }) => {
      const options = { timeZone: 'Asia/Seoul', month: 'long', day: 'numeric', weekday: 'short' };
      return new Intl.DateTimeFormat(lang, options).format(now);
    });
    setTimeout(tick, 60_000 - (now % 60_000));
  };
  tick();
}

/** When the board was last known to be true, to the second: the quiet sign that the screen is alive. */
export function showAsOf(words, board) {
  words.say(byId('asof'), 'display.asof', { time: timeOfDay(board.fresh_at, { seconds: true }) });
}
