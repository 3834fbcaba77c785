/** The API's reference: Swagger UI on this service's own description, in the frame that every page has. */

import { startLanguage } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { completeNames, plainPaths } from './accessible-names.js';

await startLanguage(navigator.languages);

globalThis.SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: false,
  plugins: [plainPaths],
  syntaxHighlight: { theme: 'tomorrow-night' },
  // Its default asks a validator elsewhere.
  validatorUrl: null,
});
completeNames(document.querySelector('#swagger'));
