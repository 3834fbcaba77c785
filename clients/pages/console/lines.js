/** What a clerk is told when something didn't work: one calm line, with what to do. */

const LINES = {
  window_closed: 'console.line.window_closed',
  window_empty: 'console.line.window_empty',
  window_busy: 'console.line.window_busy',
  unknown_ticket: 'console.line.unknown_ticket',
  forbidden: 'console.line.forbidden',
  too_many_attempts: 'console.line.too_many_attempts',
};

const NOBODY = new Set(['console.line.nobody', 'console.line.nobody_here']);

/**
 * Why next called nobody.
 *
 * @param {{absent: number}|null} turn as `nextTurn` gives it
 */
export function nobodyLine(turn) {
  return turn?.absent ? { key: 'console.line.nobody_here', params: { count: turn.absent } } : { key: 'console.line.nobody' };
}

/** Whether a line says that nobody can be called, which is over as soon as somebody can. */
export function speaksOfNobody({ key }) {
  return NOBODY.has(key);
}

/**
 * @param {import('../../lib/api.js').Problem} problem
 * @returns {{key: string, params?: object}} a text's key and its values; `params.state`, where there is one, is a ticket's
 *   state, to be put into words
 */
export function lineFor(problem) {
  if (problem.status === 0 || problem.status >= 500) return { key: 'console.line.lost' };
  if (problem.code === 'window_changed') {
    const { number } = problem.data.window;
    return number === null ? { key: 'console.line.changed_empty' } : { key: 'console.line.changed', params: { number } };
  }
  if (problem.code === 'move_not_allowed') return { key: 'console.line.not_allowed', params: { state: problem.data.state } };
  return { key: LINES[problem.code] ?? 'console.line.other' };
}
