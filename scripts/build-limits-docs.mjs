// Writes docs/limits.md from the constants. Needs a build.
import { writeFileSync } from 'node:fs';
import { renderLimitsDocs } from '../dist/test/support/limits-docs.js';

writeFileSync(new URL('../docs/limits.md', import.meta.url), renderLimitsDocs());
