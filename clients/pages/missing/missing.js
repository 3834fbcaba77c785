/** What stands where a screen's address names no office of the city: the same screen's addresses for all that there are. */

import { find } from '../../lib/dom.js';
import { startLanguage } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';

const [screen, office] = location.pathname.split('/').filter(Boolean);

if (!office) find('#lead').hidden = true;
find('office-links').setAttribute('to', `/${screen}/{office}`);
await startLanguage(navigator.languages);
await import('../../lib/office-links.js');
