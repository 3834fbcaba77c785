/** What stands where a screen's address names no office of the city: the same screen's addresses for all that there are. */

import { find } from '../shared/dom.js';
import { startLanguage } from '../shared/i18n.js';
import '../shared/lang-switch.js';

const [screen, office] = location.pathname.split('/').filter(Boolean);

if (!office) find('#lead').hidden = true;
find('office-links').setAttribute('to', `/${screen}/{office}`);
await startLanguage(navigator.languages);
await import('../shared/office-links.js');
