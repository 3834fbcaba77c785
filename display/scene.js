/** What the wall has to say, and how it is divided for what there is to show. Pure functions of a board. */

import { isOver, waiting } from '../clients/lib/board.js';
import { dayName, opensAt } from '../clients/lib/opening-hours.js';
import { timeOfDay } from '../clients/lib/time.js';

const ROOMY_ROWS = 4;
const MOST_ROWS = 8;
const MOST_ACROSS = { wide: 6, tall: 4 };
const MOST_TILES = 16;

const isOpen = (window) => window.state !== 'closed';

/** Whether any window is open. */
export const staffed = (board) => board.windows.some(isOpen);

/**
 * What the large panel is about while no number is being announced: `call` (the last one), `none` (there was none yet),
 * or why nobody is called: `preparing` (no window is open), `lunch`, `closed`, `day_off`.
 *
 * The last call is shown only while a window is open: a number and a window would send people to an empty desk.
 *
 * @param {object} office Office with today's hours
 * @param {object} board Board
 */
export function sceneOf(office, board) {
  if (staffed(board) && !isOver(board)) return board.calls.length > 0 ? 'call' : 'none';
  if (board.status === 'open') return 'preparing';
  if (board.status === 'lunch') return 'lunch';
  return board.status === 'holiday' || !office.hours ? 'day_off' : 'closed';
}

/**
 * What there is to say beside a scene without a number: when it goes on, and how many wait.
 *
 * @param {I18n} words the language to say it in
 */
export function detailOf(office, board, { t, lang }) {
  const facts = [];
  const scene = sceneOf(office, board);
  const opens = opensAt(office, board);
  if (scene === 'lunch' && office.hours?.lunch) facts.push(t('display.back', { time: office.hours.lunch[1] }));
  if (scene === 'closed' || scene === 'day_off') {
    if (opens) facts.push(t('display.opens', { day: dayName(opens, board.day, lang), time: timeOfDay(opens) }));
    else if (office.hours) facts.push(t('display.hours', { open: office.hours.open, close: office.hours.close }));
  }
  const people = waiting(board);
  if (people > 0) facts.push(t('common.waiting', { count: people }));
  return facts.join(' · ');
}

/**
 * The windows that get a tile: those that are open. Where there are more than fit, those with nobody at them give way
 * first, the last ones before the others.
 */
export function tilesOf(board, most = MOST_TILES) {
  const open = board.windows.filter(isOpen);
  const kept = [...open].sort((a, b) => (a.state === 'idle') - (b.state === 'idle')).slice(0, most);
  return open.filter((window) => kept.includes(window));
}

/**
 * How the wall is divided: columns of tiles on a wide and on a tall wall, never more than two rows of them, and whether
 * tiles and rows must be small; `crowded`: a wide wall has two rows of tiles.
 *
 * @param {number} tiles
 * @param {number} counters
 */
export function division(tiles, counters) {
  const across = (most) => (tiles <= most ? tiles : Math.ceil(tiles / 2));
  return {
    wide: Math.max(1, across(MOST_ACROSS.wide)),
    tall: Math.max(1, across(MOST_ACROSS.tall)),
    tiles: tiles <= MOST_ACROSS.tall ? 'roomy' : 'dense',
    crowded: tiles > MOST_ACROSS.wide,
    rows: counters <= ROOMY_ROWS ? 'roomy' : 'dense',
    columns: counters <= MOST_ROWS ? 1 : 2,
  };
}
