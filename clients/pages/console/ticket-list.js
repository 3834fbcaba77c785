/** The lists of tickets beside the window: what waits, what is held, who was absent. */

import { copy, keyed, make, say } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { timeOfDay } from '../../lib/time.js';

const TAGS = [
  { key: 'console.tag.priority', on: ({ priority_confirmed: confirmed }) => confirmed, tone: 'good' },
  { key: 'console.tag.wish', on: ({ priority, priority_confirmed: confirmed }) => priority !== 'none' && !confirmed, tone: 'calm' },
  { key: 'console.tag.online', on: ({ channel, arrived }) => channel === 'online' && arrived, tone: 'calm' },
];

/** What a clerk should know of a ticket beside its number, as elements: priority, people, time to arrive, recalls. */
export function tagsOf(ticket) {
  const tags = TAGS.filter(({ on }) => on(ticket)).map(({ key, tone }) => tag(t(key), tone));
  if (ticket.people > 1) tags.push(tag(t('console.tag.people', { count: ticket.people }), 'calm'));
  if (ticket.arrive_by) tags.push(tag(t('console.tag.passed', { time: timeOfDay(ticket.arrive_by) }), 'warn'));
  if (ticket.recalls > 0) tags.push(tag(t('console.tag.recalls', { count: ticket.recalls }), 'warn'));
  return tags;
}

function tag(text, tone) {
  const element = make('span', 'status', text);
  element.dataset.tone = tone;
  return element;
}

/**
 * Draws the tickets of one list.
 *
 * @param {Element} list
 * @param {object[]} tickets as a frame of the staff view has them
 * @param {{counterName: Function, callable: boolean, onCall: (number: number) => void}} options
 */
export function drawTickets(list, tickets, { counterName, callable, onCall }) {
  const create = ({ number }) => {
    const row = copy('#ticket-template');
    const button = row.querySelector('button');
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') onCall(number);
    });
    return row;
  };
  keyed(list, tickets, ({ number }) => number, create, (row, ticket) => {
    row.dataset.since = ticket.issued_at;
    say(row.querySelector('.number'), String(ticket.number));
    say(row.querySelector('.ticket-counter'), counterName(ticket.counter));
    row.querySelector('.ticket-tags').replaceChildren(...tagsOf(ticket));
    const button = row.querySelector('button');
    button.setAttribute('aria-disabled', !callable);
    button.setAttribute('aria-label', t('console.call.number', { number: ticket.number }));
  });
}
