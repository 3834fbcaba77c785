import { newKey } from '../shared/api.js';

/**
 * An online ticket's holder shows its QR code at the kiosk: they have arrived.
 *
 * A ticket of another office is not touched: its holder would be called there while standing here.
 *
 * @param {string} id the ticket's
 * @param {string} office this kiosk's
 * @param {Function} api as in shared/api.js
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
    if (ticket.arrived) return { outcome: 'already', ticket };
    return { outcome: 'arrived', ticket: await api(`${path}/arrive`, { method: 'POST', headers, key: newKey(), retry: 5_000 }) };
  } catch (problem) {
    if (problem.status === 404) return { outcome: 'unknown', ticket: null };
    if (problem.code === 'move_not_allowed') return { outcome: 'over', ticket: null };
    throw problem;
  }
}
