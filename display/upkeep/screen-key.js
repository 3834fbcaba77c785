/** The device key and the name of this screen: entered once by whoever installs it, kept by this browser. */

import { faultOf } from '../../clients/lib/device-key.js';
import { keep, recall } from '../../clients/lib/storage.js';

const KEPT_AS = 'sunbeon.screen';
const NAME = /^[0-9A-Za-z가-힣]([0-9A-Za-z가-힣 ._-]{0,38}[0-9A-Za-z가-힣])?$/;

/**
 * Who this screen is, or null where it has no key: then it doesn't report. An address may name it (`?screen=hall`), for
 * several screens of one browser.
 *
 * @returns {{key: string, name: string}|null}
 */
export function screenKey({ search } = location) {
  const kept = recall(KEPT_AS);
  if (typeof kept?.key !== 'string' || typeof kept.name !== 'string') return null;
  const named = new URLSearchParams(search).get('screen');
  return { key: kept.key, name: named !== null && NAME.test(named) ? named : kept.name };
}

/** A name for a screen that has none yet. */
export function suggestedName(random = Math.random) {
  return `화면-${1000 + Math.floor(random() * 9000)}`;
}

/**
 * Keeps a key and a name, after the service has said that the key is good here.
 *
 * @returns {Promise<string|null>} null, or why they are not kept: as `faultOf`, or a 'name' that can't be one
 * @throws {Problem} when the service can't say
 */
export async function enrol({ key, name }, office) {
  if (!NAME.test(name)) return 'name';
  const fault = await faultOf(key, { kind: 'screen', office });
  if (fault === null) keep(KEPT_AS, { key, name });
  return fault;
}
