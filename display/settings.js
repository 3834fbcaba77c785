/** What an office's staff have set for its lobby: `lobby` of a board. Pure functions. */

import { timeOfDay } from '../clients/lib/time.js';

const DEFAULTS = { languages: ['ko', 'en'], voice: ['ko'], volume: 80, quiet_hours: [], qr: true };

/** The settings of a board; what it doesn't say is as the defaults have it. */
export function settingsOf(board) {
  return { ...DEFAULTS, ...board.lobby };
}

/** The volume, 0 to 100, at the moment of the board: none in the quiet hours. */
export function volumeAt(board) {
  const { volume, quiet_hours: quiet } = settingsOf(board);
  const clock = timeOfDay(board.at);
  return quiet.some(([from, to]) => from <= clock && clock < to) ? 0 : volume;
}
