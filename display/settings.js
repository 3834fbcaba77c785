/** What an office's staff have set for its lobby: `lobby` of a board. Pure functions. */

const DEFAULTS = { languages: ['ko', 'en'], voice: ['ko'], volume: 80, quiet_hours: [], qr: true, nearby: true };

/** The settings of a board; what it doesn't say is as the defaults have it. */
export function settingsOf(board) {
  return { ...DEFAULTS, ...board.lobby };
}
