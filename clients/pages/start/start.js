/** Every screen that can be set up, as a link and as a QR code, for whoever installs them. */

import { api } from '../../lib/api.js';
import { find, make } from '../../lib/dom.js';
import { i18n, name, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';

const RETRY_MS = 5_000;
const COMMON = ['city', 'booking', 'console', 'docs'];
const PATHS = { city: '/', booking: '/booking', console: '/console', docs: '/docs' };
const OF_OFFICE = ['display', 'kiosk'];

let offices = [];

/** A screen: what it is, its address to read and to follow, and the same for a camera. */
function screen(kind, path, label) {
  const link = make('a', 'button', t(`start.screen.${kind}`));
  link.href = path;
  link.setAttribute('aria-label', label);
  const image = make('img', 'qr');
  image.loading = 'lazy';
  image.width = image.height = 132;
  image.alt = t('start.qr', { screen: label });
  image.src = `/start/qr.svg?path=${encodeURIComponent(path)}`;
  // A service that wasn't told its address has no codes.
  image.addEventListener('error', () => image.remove());
  const text = make('div', 'words', link, make('p', 'hint', t(`start.for.${kind}`)), make('p', 'path', path));
  return make('li', 'screen', image, text);
}

function officeCard(office) {
  const title = make('h3', '', name(office.name));
  const screens = OF_OFFICE.map((kind) => {
    return screen(kind, `/${kind}/${office.id}`, `${name(office.name)} · ${t(`start.screen.${kind}`)}`);
  });
  const list = make('ul', 'screens', ...screens);
  list.setAttribute('role', 'list');
  return make('li', 'card', title, list);
}

function draw() {
  find('#common').replaceChildren(...COMMON.map((kind) => screen(kind, PATHS[kind], t(`start.screen.${kind}`))));
  find('#list').replaceChildren(...offices.map(officeCard));
}

async function load() {
  try {
    offices = (await api('/offices', { retry: 10_000 })).offices;
    find('#problem').hidden = true;
    draw();
  } catch (problem) {
    console.error(problem);
    find('#problem').hidden = false;
    setTimeout(load, RETRY_MS);
  }
}

i18n.addEventListener('change', draw);
await startLanguage(navigator.languages);
load();
