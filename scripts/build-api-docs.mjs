// Writes docs/api.md and docs/native-api.md from the definitions of the APIs. Needs a build.
import { writeFileSync } from 'node:fs';
import { renderApiDocs } from '../dist/src/api/docs/render-docs.js';
import { renderNativeDocs } from '../dist/src/api/native/docs/render-native-docs.js';

writeFileSync(new URL('../docs/api.md', import.meta.url), renderApiDocs());
writeFileSync(new URL('../docs/native-api.md', import.meta.url), renderNativeDocs());
