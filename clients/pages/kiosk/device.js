/** The device key: entered once by staff, kept by this browser. In a demo it is there already. */

import { api } from '../../lib/api.js';
import { keep, recall } from '../../lib/storage.js';

const KEPT_AS = 'sunbeon.device-key';
const DEMO_KEY = 'demo-device';

/** Whether this is a demo: numbers are not real. */
export const isDemo = () => document.querySelector('meta[name="demo"]') !== null;

export function deviceKey() {
  return recall(KEPT_AS) ?? (isDemo() ? DEMO_KEY : null);
}

export function forgetDeviceKey() {
  keep(KEPT_AS, null);
}

/** What a request sends beside itself to be this kiosk's. */
export function deviceHeaders(key = deviceKey()) {
  return { Authorization: `Bearer ${key}` };
}

/**
 * Keeps a key after the service has said that it is good for this office.
 *
 * @returns {Promise<string|null>} null, or why it is not kept: 'unknown' key, a 'screen's, or one of 'another' office
 * @throws {Problem} when the service can't say
 */
export async function enrol(key, office) {
  // A header can carry visible ASCII only; whatever else was typed is no key.
  if (!/^[!-~]+$/.test(key)) return 'unknown';
  try {
    const device = await api('/device', { headers: deviceHeaders(key) });
    if (device.kind !== 'kiosk') return 'screen';
    if (device.office !== null && device.office !== office) return 'another';
  } catch (problem) {
    if (problem.status === 401) return 'unknown';
    throw problem;
  }
  keep(KEPT_AS, key);
  return null;
}
