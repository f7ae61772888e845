// Writes the tables of docs/configuration.md from the table of options. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderConfigDocs } from '../dist/test/support/config-docs.js';

const page = new URL('../docs/configuration.md', import.meta.url);
writeFileSync(page, renderConfigDocs(readFileSync(page, 'utf8')));
