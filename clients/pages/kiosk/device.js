/** The device key: entered once by staff, kept by this browser. In a demo it is there already. */

import { faultOf, keyHeaders } from '../../lib/device-key.js';
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
export const deviceHeaders = (key = deviceKey()) => keyHeaders(key);

/**
 * Keeps a key after the service has said that it is good for this office.
 *
 * @returns {Promise<string|null>} null, or why it is not kept: 'unknown' key, a 'screen's, or one of 'another' office
 * @throws {Problem} when the service can't say
 */
export async function enrol(key, office) {
  const fault = await faultOf(key, { kind: 'kiosk', office });
  if (fault === null) keep(KEPT_AS, key);
  return fault === 'kind' ? 'screen' : fault;
}
