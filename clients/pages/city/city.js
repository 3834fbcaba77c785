/** The city page: every office at a glance, live, through one socket. */

import { newer } from '../../lib/board.js';
import { keepFocus, say } from '../../lib/dom.js';
import { i18n, name, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { Live } from '../../lib/live.js';
import { Offices } from '../../lib/offices.js';
import { showStaleness } from '../../lib/stale-notice.js';
import { timeOfDay } from '../../lib/time.js';
import { OfficeCard } from './office-card.js';
import { select, SORTS, summary } from './office-list.js';
import { OwnOffices } from './own-offices.js';
import { Place } from './place.js';
import { distances, ranked, services } from './services.js';

const REORDER_MS = 5_000;
const CLOCK_MS = 30_000;

const byId = (id) => document.getElementById(id);
const form = byId('filters');
const list = byId('list');
const cards = new Map();
const boards = new Map();
const known = new Offices();
const own = new OwnOffices();
/** A demo's offices are open at any hour. */
const alwaysOpen = document.querySelector('.demo-banner') !== null;
let offices = [];
/** The service that is asked for; in the address it may stand before the offices are known. */
let service = '';

function wish() {
  const { kind, open, search, sort } = form.elements;
  return { kind: kind.value, open: open.checked, search: search.value, sort: sort.value, lang: i18n.lang };
}

const place = new Place(() => {
  // Nearest first is an order of its own.
  if (place.position) form.elements.sort.value = SORTS[0];
  writeAddress();
  showAll();
});

/** The offices that give the service which is asked for, best first; null where none is. */
function giving() {
  if (!service) return null;
  return ranked(offices, boards, service, { position: place.position, now: new Date(), alwaysOpen });
}

/** What an office is to the visitor, as its card shows it. */
function visitors() {
  const found = new Map((giving() ?? []).map((one) => [one.office.id, one]));
  const metres = distances(offices, place.position);
  return (id) => ({ isOwn: own.has(id), service, distance: metres.get(id) ?? null, note: found.get(id)?.note ?? null });
}

/** As it was when all cards were drawn last: what is said beside them agrees. */
let visitor = visitors();

/** The chosen offices in their order. */
function choose() {
  const best = giving()?.map(({ office }) => office);
  const metres = place.position && distances(offices, place.position);
  const wanted = wish();
  if (!best) return select(offices, boards, wanted, { isOwn: (id) => own.has(id), metres });
  // Whoever asks for a service has the best one first, unless they have asked for another order.
  return select(best, boards, wanted);
}

/** Puts the chosen cards in place; cards that stay where they are aren't touched, so focus and scroll survive. */
function arrange() {
  const chosen = choose();
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
  if (list.matches(':hover') || list.contains(document.activeElement)) return;
  // What is said beside a card is of the same moment as its place.
  if (service) showCards();
  arrange();
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
  visitor = visitors();
  for (const [id, card] of cards) card.show(boards.get(id) ?? null, visitor(id));
}

/** How the list is ordered, where that is not the order that the visitor has chosen. */
function orderText() {
  if (wish().sort !== SORTS[0] || !(service || place.position)) return '';
  if (!service) return t('city.near.on');
  return t(place.position ? 'city.service.ranked_near' : 'city.service.ranked');
}

/** The services to choose from, and how the list is ordered. */
function showFilters() {
  const menu = form.elements.service;
  const options = services(offices).map(({ id, name: names, count }) => {
    const text = t('city.service.offices', { service: name(names), count });
    return new Option(text, id, false, id === service);
  });
  const all = new Option(t('city.service.all'), '', false, service === '');
  // A list that is replaced while it is open closes.
  const isSame = [...menu.options].map(({ text }) => text).join() === [all, ...options].map(({ text }) => text).join();
  if (!isSame) menu.replaceChildren(all, ...options);
  say(byId('ordered'), orderText());
  const { kind, open, search, sort } = wish();
  const count = [kind, open, search, sort !== SORTS[0]].filter(Boolean).length;
  byId('more-filters').textContent = t('city.more_filters') + (count > 0 ? ` (${count})` : '');
  place.draw();
}

function showAll() {
  showFilters();
  showCards();
  arrange();
  showSummary();
  showAsOf();
}

function onFrame({ detail: board }) {
  const before = boards.get(board.office);
  if (!newer(before, board)) return;
  boards.set(board.office, board);
  if (before) {
    cards.get(board.office)?.show(board, visitor(board.office));
  } else {
    showCards();
    arrange();
  }
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
    else cards.set(office.id, new OfficeCard(office, turnOwn));
  }
  keepFocus(showAll, byId('offices'));
}

/** The card goes to its new place with the focus on it. */
function turnOwn(id) {
  own.turn(id);
  const focused = document.activeElement;
  showCards();
  arrange();
  focused.focus({ preventScroll: true });
  cards.get(id).element.scrollIntoView({ block: 'nearest' });
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
  service = address.get('service') ?? '';
}

function writeAddress() {
  const address = new URL(location.href);
  const { kind, open, search, sort } = wish();
  const values = { kind, search, service, sort: sort === SORTS[0] ? '' : sort, open: open ? '1' : '' };
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
byId('more-filters').addEventListener('click', () => {
  const isOpen = byId('filters').dataset.open !== 'true';
  byId('filters').dataset.open = isOpen;
  byId('more-filters').setAttribute('aria-expanded', String(isOpen));
});
form.addEventListener('input', () => {
  service = form.elements.service.value;
  writeAddress();
  showFilters();
  showCards();
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
