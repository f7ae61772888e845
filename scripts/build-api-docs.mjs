// Writes docs/api.md from the definitions of the API. Needs a build.
import { writeFileSync } from 'node:fs';
import { renderApiDocs } from '../dist/src/api/docs/render-docs.js';

writeFileSync(new URL('../docs/api.md', import.meta.url), renderApiDocs());
