/** The city page: every office at a glance, live, through one socket. */

import { newer } from '../../lib/board.js';
import { keepFocus } from '../../lib/dom.js';
import { i18n, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { Live } from '../../lib/live.js';
import { Offices } from '../../lib/offices.js';
import { showStaleness } from '../../lib/stale-notice.js';
import { timeOfDay } from '../../lib/time.js';
import { OfficeCard } from './office-card.js';
import { select, SORTS, summary } from './office-list.js';

const REORDER_MS = 5_000;
const CLOCK_MS = 30_000;

const byId = (id) => document.getElementById(id);
const form = byId('filters');
const list = byId('list');
const cards = new Map();
const boards = new Map();
const known = new Offices();
let offices = [];

function wish() {
  const { kind, open, search, sort } = form.elements;
  return { kind: kind.value, open: open.checked, search: search.value, sort: sort.value, lang: i18n.lang };
}

/** Puts the chosen cards in place; cards that stay where they are aren't touched, so focus and scroll survive. */
function arrange() {
  const chosen = select(offices, boards, wish());
  const elements = chosen.map((office) => cards.get(office.id).element);
  const wanted = new Set(elements);
  for (const element of [...list.children]) if (!wanted.has(element)) element.remove();
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
  byId('empty').hidden = offices.length === 0 || chosen.length > 0;
  return chosen.length;
}

/** An address that names an office, as the code on its wall does (`#office-howon1`), shows its card first. */
function goToOffice() {
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'start' });
}

/** Live numbers may change the order, but never under a reader's finger or focus. */
function rearrangeWhenCalm() {
  if (!list.matches(':hover') && !list.contains(document.activeElement)) arrange();
}

function showSummary() {
  if (!offices.every(({ id }) => boards.has(id))) return;
  const { open, waiting, offices: all } = summary(offices, boards);
  const parts = [t('city.summary.open', { open, offices: all }), t('city.summary.waiting', { count: waiting })];
  byId('summary').textContent = parts.join(' · ');
}

function showAsOf() {
  if (!live.current) byId('asof').textContent = '';
  else byId('asof').textContent = t('city.asof', { time: timeOfDay(live.freshAt, { seconds: true }) });
}

function showCards() {
  for (const [id, card] of cards) card.show(boards.get(id) ?? null);
}

function showAll() {
  showCards();
  arrange();
  showSummary();
  showAsOf();
}

function onFrame({ detail: board }) {
  const before = boards.get(board.office);
  if (!newer(before, board)) return;
  boards.set(board.office, board);
  cards.get(board.office)?.show(board);
  if (!before) arrange();
  showSummary();
  showAsOf();
}

/** The office is in the city no more. */
function onGone({ detail: id }) {
  boards.delete(id);
  cards.delete(id);
}

/** Cards stay where their offices stay: whoever reads in one, or has opened its details, goes on there. */
function onOffices() {
  offices = known.list;
  for (const office of offices) {
    if (cards.has(office.id)) cards.get(office.id).take(office);
    else cards.set(office.id, new OfficeCard(office));
  }
  keepFocus(showAll, byId('offices'));
}

/** The filters are part of the address, so that a filtered list can be bookmarked and shared. */
function readAddress() {
  const address = new URLSearchParams(location.search);
  const { kind, open, search, sort } = form.elements;
  kind.value = address.get('kind') ?? '';
  if (kind.selectedIndex < 0) kind.value = '';
  search.value = address.get('search') ?? '';
  sort.value = SORTS.includes(address.get('sort')) ? address.get('sort') : SORTS[0];
  open.checked = address.get('open') === '1';
}

function writeAddress() {
  const address = new URL(location.href);
  const { kind, open, search, sort } = wish();
  const values = { kind, search, sort: sort === SORTS[0] ? '' : sort, open: open ? '1' : '' };
  for (const [key, value] of Object.entries(values)) {
    if (value) address.searchParams.set(key, value);
    else address.searchParams.delete(key);
  }
  history.replaceState(history.state, '', address);
}

const live = new Live('/api/v1/live');
live.addEventListener('frame', onFrame);
live.addEventListener('status', showAsOf);
known.addEventListener('gone', onGone);
known.addEventListener('change', onOffices);
known.addEventListener('change', goToOffice, { once: true });
known.follow(live);
showStaleness(live, byId('stale'));

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', () => {
  writeAddress();
  byId('found').textContent = t('city.found', { count: arrange() });
});
i18n.addEventListener('change', showAll);
setInterval(rearrangeWhenCalm, REORDER_MS);
// That an office opens at nine is said until nine, whether or not anything else happens.
setInterval(showCards, CLOCK_MS);

readAddress();
await startLanguage(navigator.languages);
live.start();
known.renew();
