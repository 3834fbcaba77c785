/**
 * What a ticket means for its holder now. Pure functions of Ticket.
 */

/** How few people ahead is called soon. */
export const SOON = 3;

const ENDED = new Set(['served', 'cancelled', 'expired']);
const WORTH_TELLING = [50, 30, 20, 10, 5, 3, 2, 1, 0];

/**
 * The scene that the ticket's page shows:
 * - `called`: come to the window now
 * - `turn_passed`: the turn came and its holder hadn't arrived; hurry
 * - `arrive_soon`, `arrive`: an online ticket whose holder must say that they are there, with few or many ahead
 * - `next`, `soon`, `waiting`: in line, nobody / few / many ahead
 * - `held`, `no_show`, `served`, `cancelled`, `expired`: the state's own name
 */
export function scene(ticket) {
  if (ticket.state !== 'waiting') return ticket.state;
  if (!ticket.arrived) {
    if (ticket.turn_passed) return 'turn_passed';
    return ticket.ahead <= SOON ? 'arrive_soon' : 'arrive';
  }
  if (ticket.ahead === 0) return 'next';
  return ticket.ahead <= SOON ? 'soon' : 'waiting';
}

/** What the holder can do: `arrive` says they are there, `cancel` gives the number back. */
export function actions(ticket) {
  return {
    arrive: ticket.state === 'waiting' && !ticket.arrived,
    cancel: ticket.state === 'waiting' || ticket.state === 'held',
  };
}

/**
 * Whether it is said how long the holder waits: while in line. Whoever has not arrived isn't called, whatever a wait says:
 * then it isn't said that they are called now.
 */
export function hasWait(ticket) {
  if (ticket.state !== 'waiting' || ticket.turn_passed) return false;
  return ticket.arrived || ticket.wait?.word !== 'now';
}

/** Whether nothing will change any more today. */
export function ended(ticket) {
  return ENDED.has(ticket.state);
}

/**
 * Whether the phone should ring and buzz between two moments of a ticket: a call, each recall, a passed turn.
 * The first moment (`before` null) rings for nobody: the page was just opened and is looked at.
 */
export function rings(before, ticket) {
  if (!before) return false;
  if (ticket.state === 'called') {
    return before.state !== 'called' || ticket.recalls > before.recalls || ticket.window !== before.window;
  }
  return ticket.turn_passed && !before.turn_passed;
}

/**
 * Whether a screen reader should be told between two moments: another scene, a ring, or the number ahead falling to or
 * past one of a few marks. Not each time someone ahead is called.
 */
export function tells(before, ticket) {
  if (!before) return false;
  if (rings(before, ticket) || scene(before) !== scene(ticket)) return true;
  if (ticket.ahead === null || before.ahead === null) return false;
  return WORTH_TELLING.some((mark) => ticket.ahead <= mark && mark < before.ahead);
}

/** Whether it is news between two moments that the holder is here. */
export function arrives(before, ticket) {
  return Boolean(before) && ticket.state === 'waiting' && ticket.arrived && !before.arrived;
}

/** Seconds that are left until `arrive_by`, 0 when it is over, null when there is no limit. */
export function secondsLeft(ticket, now) {
  if (!ticket.arrive_by) return null;
  return Math.max(0, Math.ceil((Date.parse(ticket.arrive_by) - now) / 1000));
}

/** "12:05" for 725 seconds. */
export function clockFace(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
