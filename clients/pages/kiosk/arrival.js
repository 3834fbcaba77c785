import { newKey } from '../../lib/api.js';

/**
 * An online ticket's holder shows its QR code at the kiosk: they have arrived.
 *
 * A ticket of another office is not touched: its holder would be called there while standing here. A priority that was
 * claimed online counts from now on, as one that is chosen at the kiosk does.
 *
 * @param {string} id the ticket's
 * @param {string} office this kiosk's
 * @param {Function} api as in lib/api.js
 * @param {object} headers the device key's
 * @returns {Promise<{outcome: string, ticket: object|null}>} outcome: 'arrived', 'already' (there, or a walk-in), 'called',
 *   'another_office', 'over' (not waiting any more) or 'unknown'
 * @throws {Problem} when the service can't say
 */
export async function arrive(id, office, api, headers) {
  const path = `/tickets/${encodeURIComponent(id)}`;
  try {
    const ticket = await api(path, { retry: 5_000 });
    if (ticket.office !== office) return { outcome: 'another_office', ticket };
    if (ticket.state !== 'waiting') return { outcome: ticket.state === 'called' ? 'called' : 'over', ticket };
    const wish = ticket.priority !== 'none' && !ticket.priority_confirmed;
    if (ticket.arrived && !wish) return { outcome: 'already', ticket };
    const body = wish ? { priority: ticket.priority } : undefined;
    const options = { method: 'POST', body, headers, key: newKey(), retry: 5_000 };
    return { outcome: 'arrived', ticket: await api(`${path}/arrive`, options) };
  } catch (problem) {
    if (problem.status === 404) return { outcome: 'unknown', ticket: null };
    if (problem.code === 'move_not_allowed') return { outcome: 'over', ticket: null };
    throw problem;
  }
}
