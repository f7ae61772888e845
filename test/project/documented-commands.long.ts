/** Whoever follows a page of the documentation, in an empty home, sees what the page shows. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { documentedCommands, isAsShown, Reader } from '../support/documented-commands.js';
import { createTempDir } from '../support/temp-dir.js';
import { projectRoot } from '../support/vectors.js';

const docs = fileURLToPath(new URL('docs/', projectRoot));
const pages = [
  fileURLToPath(new URL('README.md', projectRoot)),
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => docs + name),
];

describe('documented commands', () => {
  for (const page of pages) {
    const commands = documentedCommands(readFileSync(page, 'utf8'));
    if (commands.length === 0) continue;
    it(`of ${basename(page)} print what it shows`, async () => {
      const home = createTempDir('petrel-reader');
      const reader = new Reader(home.path);
      try {
        for (const { line, command, output } of commands) {
          const printed = await reader.type(command);
          const place = `${basename(page)}:${String(line)}: ${command}`;
          assert.ok(
            isAsShown(output, printed, home.path),
            `${place}\n--- printed\n${printed}\n--- shown\n${output.join('\n')}`,
          );
        }
      } finally {
        await reader.close();
        home.remove();
      }
    });
  }
});
