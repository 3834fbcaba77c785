/** What a clerk is told when something didn't work: one calm line, with what to do. */

const LINES = {
  window_closed: 'console.line.window_closed',
  window_empty: 'console.line.window_empty',
  window_busy: 'console.line.window_busy',
  unknown_ticket: 'console.line.unknown_ticket',
  forbidden: 'console.line.forbidden',
  too_many_attempts: 'console.line.too_many_attempts',
};

/**
 * @param {import('../shared/api.js').Problem} problem
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
