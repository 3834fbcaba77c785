/** Device keys: whether one that was typed in is good for this device. */

import { api } from './api.js';

/** What a request sends beside itself to be of the device with this key. */
export const keyHeaders = (key) => ({ Authorization: `Bearer ${key}` });

/**
 * Asks the service about a key.
 *
 * @param {string} key as somebody typed it
 * @param {{kind: string, office: string}} device 'kiosk' or 'screen', and where it stands
 * @returns {Promise<string|null>} null where it is good, or why not: 'unknown' key, one of another 'kind', or of 'another'
 *   office
 * @throws {Problem} when the service can't say
 */
export async function faultOf(key, { kind, office }) {
  // A header can carry visible ASCII only; whatever else was typed is no key.
  if (!/^[!-~]+$/.test(key)) return 'unknown';
  try {
    const device = await api('/device', { headers: keyHeaders(key) });
    if (device.kind !== kind) return 'kind';
    return device.office === null || device.office === office ? null : 'another';
  } catch (problem) {
    if (problem.status === 401) return 'unknown';
    throw problem;
  }
}
