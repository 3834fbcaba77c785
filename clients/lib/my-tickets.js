/** The tickets that this browser took today. Their ids are kept, which is what it takes to open them, and nothing of the person. */

import { keep, recall } from './storage.js';

const KEPT_AS = 'sunbeon.tickets';
const AT_MOST = 10;

/** Today's date in the city, "2026-11-23". */
export function today(now = new Date()) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Seoul' }).format(now);
}

/** The kept tickets of one day, the newest first: those of other days are left out, as is whatever isn't a ticket. */
export function ofDay(kept, day) {
  if (!Array.isArray(kept)) return [];
  return kept.filter((ticket) => ticket?.day === day && typeof ticket.id === 'string').slice(0, AT_MOST);
}

/** The list with a ticket on top, once. */
export function withTicket(kept, { id, office, counter, number, day }) {
  const others = ofDay(kept, day).filter((other) => other.id !== id);
  return [{ id, office, counter, number, day }, ...others].slice(0, AT_MOST);
}

export function myTickets() {
  return ofDay(recall(KEPT_AS), today());
}

export function rememberTicket(ticket) {
  keep(KEPT_AS, withTicket(recall(KEPT_AS), ticket));
}

export function forgetTicket(id) {
  keep(KEPT_AS, myTickets().filter((ticket) => ticket.id !== id));
}
