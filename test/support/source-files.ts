/** The project's own source files, for tests that keep them to the rules of docs/architecture.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './vectors.js';

export interface SourceFile {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Files below `folder` (of the project) with one of the endings; none when there is no such folder. */
export function sourceFiles(folder: string, endings: readonly string[]): SourceFile[] {
  const root = fileURLToPath(new URL(folder, projectRoot));
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .filter((name) => !name.includes('node_modules'))
    .map((name) => ({
      path: posix.join(folder, name.replaceAll('\\', '/')),
      text: readFileSync(`${root}/${name}`, 'utf8'),
    }));
}

export interface Import {
  /** As written: `./x.js`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** `import type` or `export type`: gone when the program runs. */
  readonly isTypeOnly: boolean;
}

// Statements begin a line; what stands between keyword and module holds no quote.
const STATEMENT = /^\s*(?:import|export)\s+(type\s)?[^'";=]*?\bfrom\s*['"]([^'"]+)['"]/gm;
const SIDE_EFFECT = /^\s*import\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Every module that the file imports or re-exports from. */
export function importsOf({ text }: SourceFile): Import[] {
  const imports: Import[] = [];
  for (const [, type, specifier = ''] of text.matchAll(STATEMENT)) {
    imports.push({ specifier, isTypeOnly: type !== undefined });
  }
  for (const pattern of [SIDE_EFFECT, DYNAMIC]) {
    for (const [, specifier = ''] of text.matchAll(pattern)) {
      imports.push({ specifier, isTypeOnly: false });
    }
  }
  return imports;
}

/** Path of the file or folder that a relative import means, relative to the project's root. */
export function resolveImport(file: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(file.path), specifier);
}
