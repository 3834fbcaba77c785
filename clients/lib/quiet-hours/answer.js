/** Reads quiet hours from a page of the service's own origin. */

import { api } from '../api.js';

const DEADLINE_MS = 8_000;

/** The QuietHours of an office, or of one of its counters. Rejects with a Problem. */
export function readQuietHours({ office, counter }) {
  const query = counter === null ? '' : `?counter=${encodeURIComponent(counter)}`;
  return api(`/offices/${encodeURIComponent(office)}/quiet-hours${query}`, { retry: DEADLINE_MS });
}
