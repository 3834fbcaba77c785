/** What the wall has to say, and how it is divided for what there is to show. Pure functions of a board. */

import { isOver, waiting } from '../clients/lib/board.js';
import { dayName, opensAt } from '../clients/lib/opening-hours.js';
import { timeOfDay } from '../clients/lib/time.js';

/** How long before the end the wall says that the office closes soon. */
const SOON_MINUTES = 30;
const ROOMY_ROWS = 4;
const MOST_ROWS = 8;
const MOST_ROOMY_TILES = 4;
const MOST_BROAD_TILES = 8;
const MOST_TILES = 16;
const MOST_CARDS = 4;
/** Letters of an office's Korean name that fit into one line at the top. */
const LONG_NAME = 14;
/** Letters of a counter's Korean name that fit into one line of a list. */
export const LONG_COUNTER = 11;

const isOpen = (window) => window.state !== 'closed';
const isServing = (window) => window.state === 'serving';
const minutes = (clock) => clock.split(':').reduce((hours, part) => hours * 60 + Number(part), 0);

/** Whether an office's name needs two lines. */
export const isLongName = ({ ko }) => ko.length > LONG_NAME;

/** Whether any window is open. */
export const staffed = (board) => board.windows.some(isOpen);

/**
 * What the large panel is about: `call`, where a number is at a window; `none` (nobody was called yet today) and `between`
 * (nobody is called at the moment), where windows are open; or why nobody is called: `preparing` (no window is open),
 * `lunch`, `closed`, `day_off`.
 *
 * @param {object} office Office with today's hours
 * @param {object} board Board
 */
export function sceneOf(office, board) {
  if (board.windows.some(isServing)) return 'call';
  if (staffed(board) && !isOver(board)) return board.calls.length > 0 ? 'between' : 'none';
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
 * What is said of the office's hours: its status, or until when it is open where that is soon over.
 *
 * @returns {{key: string, params: object, soon: boolean}} a text's key and its values
 */
export function statusOf(office, board) {
  const { hours } = office;
  const left = hours && minutes(hours.close) - minutes(timeOfDay(board.at));
  const soon = board.status === 'open' && left > 0 && left <= SOON_MINUTES;
  if (soon) return { key: 'display.closes', params: { time: hours.close }, soon };
  return { key: `common.status.${board.status}`, params: {}, soon };
}

/**
 * The calls that stand in the large panel, the newest first: those that are new, else the last one.
 *
 * @param {Array} standing as in Announcements
 */
export function cardsOf(standing) {
  const newest = standing.filter(({ isNewest }) => isNewest);
  return (newest.length > 0 ? newest : standing.slice(0, 1)).slice(0, MOST_CARDS);
}

/**
 * The last calls whose numbers don't stand any more, newest first: one row for a number at a window, however often it was
 * called.
 *
 * @param {Array} calls as in Board, the newest last
 * @param {Array} standing as in Announcements
 */
export function earlierCalls(calls, standing, rows) {
  const isSame = (a, b) => a.number === b.number && a.window === b.window;
  const newestFirst = [...calls].reverse();
  return newestFirst
    .filter((call, i) => newestFirst.findIndex((other) => isSame(call, other)) === i)
    .filter((call) => !standing.some((other) => isSame(call, other)))
    .slice(0, rows);
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
 * How the wall is divided: columns of tiles on a wide and on a tall wall, never more than two rows of them on a wide one;
 * whether tiles and rows must be small; `crowded`: there are two rows of tiles.
 *
 * @param {number} tiles
 * @param {number} counters
 */
export function division(tiles, counters) {
  const crowded = tiles > MOST_ROOMY_TILES;
  const columns = Math.max(1, crowded ? Math.ceil(tiles / 2) : tiles);
  return {
    columns,
    tiles: !crowded ? 'roomy' : tiles <= MOST_BROAD_TILES ? 'broad' : 'dense',
    crowded,
    rows: counters <= ROOMY_ROWS ? 'roomy' : 'dense',
    lists: counters <= MOST_ROWS ? 1 : 2,
  };
}
