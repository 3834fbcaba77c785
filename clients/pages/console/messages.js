/** What a clerk is told when something didn't work: one calm sentence, with what to do. */

const MESSAGES = {
  window_closed: 'console.message.window_closed',
  window_empty: 'console.message.window_empty',
  window_busy: 'console.message.window_busy',
  unknown_ticket: 'console.message.unknown_ticket',
  unknown_counter: 'console.message.unknown_counter',
  no_language: 'console.lobby.problem.languages',
  forbidden: 'console.message.forbidden',
  too_many_attempts: 'console.message.too_many_attempts',
};

const NOBODY = new Set(['console.message.nobody', 'console.message.nobody_here']);

/**
 * Why next called nobody.
 *
 * @param {{absent: number}|null} turn as `nextTurn` gives it
 */
export function nobodyMessage(turn) {
  return turn?.absent ? { key: 'console.message.nobody_here', params: { count: turn.absent } } : { key: 'console.message.nobody' };
}

/** Whether a message says that nobody can be called, which is over as soon as somebody can. */
export function speaksOfNobody({ key }) {
  return NOBODY.has(key);
}

/**
 * @param {import('../../lib/api.js').Problem} problem
 * @returns {{key: string, params?: object}} a text's key and its values; `params.state`, where there is one, is a ticket's
 *   state, to be put into words
 */
export function messageFor(problem) {
  if (problem.status === 0 || problem.status >= 500) return { key: 'console.message.lost' };
  if (problem.code === 'window_changed') {
    const { number } = problem.data.window;
    return number === null ? { key: 'console.message.changed_empty' } : { key: 'console.message.changed', params: { number } };
  }
  if (problem.code === 'move_not_allowed') return { key: 'console.message.not_allowed', params: { state: problem.data.state } };
  return { key: MESSAGES[problem.code] ?? 'console.message.other' };
}
