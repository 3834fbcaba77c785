/** The API's reference: Swagger UI on this service's own description, in the frame that every page has. */

import { startLanguage } from '../shared/i18n.js';
import '../shared/lang-switch.js';

await startLanguage();

globalThis.SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: false,
  // Its default asks a validator elsewhere.
  validatorUrl: null,
});
