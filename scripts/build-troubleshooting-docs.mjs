// Writes docs/troubleshooting.md from the checks of petrel doctor. Needs a build.
import { writeFileSync } from 'node:fs';
import { renderTroubleshootingDocs } from '../dist/test/support/troubleshooting-docs.js';

writeFileSync(new URL('../docs/troubleshooting.md', import.meta.url), renderTroubleshootingDocs());
