/** Against burn-in: the layout stands a few pixels elsewhere every few minutes, and is dim while the office is closed. */

import { isOver } from '../../clients/lib/board.js';

export const MOVE_MS = 3 * 60_000;
/** Less than the page's margins, so that nothing leaves the screen. */
export const ROOM_PX = 8;
/** Every pixel of a line or a letter rests now and then: steps of 2 px along a path that comes back to its beginning. */
const STEPS = ROOM_PX / 2;

/** How far the page is moved at its `n`th place, as [x, y] in CSS px: row by row through all places, and back again. */
export function placeOf(n) {
  const places = (STEPS + 1) ** 2;
  const at = n % (2 * places);
  const forth = at < places ? at : 2 * places - 1 - at;
  const row = Math.floor(forth / (STEPS + 1));
  const along = forth % (STEPS + 1);
  return [2 * (row % 2 === 0 ? along : STEPS - along) - ROOM_PX, 2 * row - ROOM_PX];
}

export function startMoving() {
  let n = 0;
  const move = () => {
    const [x, y] = placeOf(n++);
    document.body.style.setProperty('--shift-x', `${x}px`);
    document.body.style.setProperty('--shift-y', `${y}px`);
  };
  move();
  setInterval(move, MOVE_MS);
}

/** Dims the page while the board says that the office's day is over. */
export function dim(board) {
  document.documentElement.dataset.dim = isOver(board);
}
