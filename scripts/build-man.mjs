// Writes man/*.1 from the commands of the command line. Needs a build.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { manPages } from '../dist/src/cli/man/render-man.js';
import { describeCommands } from '../dist/src/cli/program.js';

const directory = new URL('../man/', import.meta.url);
const pages = manPages(describeCommands());
mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory)) {
  if (name.endsWith('.1') && !pages.has(name)) rmSync(new URL(name, directory));
}
for (const [name, text] of pages) writeFileSync(new URL(name, directory), text);
