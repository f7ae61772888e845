/** Keeps the sources to the layers and the rules of docs/architecture.md by reading their imports. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  importsOf,
  resolveImport,
  sourceFiles,
  type Import,
  type SourceFile,
} from '../support/source-files.js';

/**
 * Which layers (folders of src) a layer may import besides itself. What is not in a list is
 * forbidden: network, store and pow do not know each other, and nothing knows what is above it.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  util: [],
  crypto: ['util'],
  wire: ['crypto', 'util'],
  objects: ['wire', 'crypto', 'util'],
  pow: ['objects', 'wire', 'crypto', 'util'],
  store: ['objects', 'util'],
  network: ['wire', 'objects', 'util'],
  node: ['network', 'store', 'pow', 'objects', 'wire', 'crypto', 'util'],
  backup: ['node', 'store', 'util'],
  takeover: ['node', 'store', 'objects', 'wire', 'crypto', 'util'],
  api: ['node', 'store', 'pow', 'objects', 'wire', 'crypto', 'util'],
  gateway: ['node', 'store', 'objects', 'util'],
  client: [],
  cli: [
    'client',
    'api',
    'gateway',
    'takeover',
    'backup',
    'node',
    'store',
    'pow',
    'objects',
    'crypto',
    'util',
  ],
  // The package's public surfaces, one file each.
  exports: ['cli', 'client', 'node', 'objects', 'wire', 'crypto', 'util'],
};

/** Single imports that a layer's rule does not tell. */
const EXCEPTIONS: readonly { from: string; to: string; typesOnly: boolean; why: string }[] = [
  {
    from: 'src/client/',
    to: 'src/api/native/schema/',
    typesOnly: true,
    why: 'the client is typed by the schemas of the methods it calls',
  },
  {
    from: 'src/exports/client.ts',
    to: 'src/api/native/schema/',
    typesOnly: true,
    why: 'who calls methods by name needs their types',
  },
];

/** Layers that turn bytes into values: no files, sockets, threads. */
const PURE_LAYERS = new Set(['crypto', 'wire', 'objects']);
const IO_MODULES = /^node:(fs|tls|dgram|dns|http|https|http2|child_process|worker_threads)(\/|$)/;

const MAX_LINES = 400;

const sources = sourceFiles('src', ['.ts']);
const ui = sourceFiles('ui', ['.ts', '.svelte']);
const all = [...sources, ...ui, ...sourceFiles('test', ['.ts']), ...sourceFiles('bench', ['.ts'])];

function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

function mayImport(file: SourceFile, { specifier, isTypeOnly }: Import): boolean {
  const target = resolveImport(file, specifier);
  const from = layerOf(file.path);
  const to = layerOf(target);
  if (!target.startsWith('src/')) return target === 'package.json';
  if (from === to || ALLOWED[from]?.includes(to)) return true;
  return EXCEPTIONS.some(
    (exception) =>
      file.path.startsWith(exception.from) &&
      target.startsWith(exception.to) &&
      (isTypeOnly || !exception.typesOnly),
  );
}

/** Files and imports that break a rule, as `path -> specifier`. */
function breaking(
  files: readonly SourceFile[],
  isBreaking: (file: SourceFile, imported: Import) => boolean,
): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => isBreaking(file, imported))
      .map(({ specifier }) => `${file.path} -> ${specifier}`),
  );
}

describe('layers', () => {
  it('are read: the scanner sees files and imports', () => {
    assert.ok(sources.length > 50);
    const packet = sources.find(({ path }) => path === 'src/wire/packet.ts');
    assert.ok(packet);
    assert.ok(importsOf(packet).some(({ specifier }) => specifier === '../util/bytes.js'));
    const sample = {
      path: 'src/a/b.ts',
      text: `import {\n  x,\n} from './x.js';\nimport type { Y } from '../y.js';\nimport 'z';\nexport * from "q";\nawait import('node:fs');\n`,
    };
    assert.deepEqual(importsOf(sample), [
      { specifier: './x.js', isTypeOnly: false },
      { specifier: '../y.js', isTypeOnly: true },
      { specifier: 'q', isTypeOnly: false },
      { specifier: 'z', isTypeOnly: false },
      { specifier: 'node:fs', isTypeOnly: false },
    ]);
  });

  it('are all known: every file of src is in a folder with a rule', () => {
    const homeless = sources.filter(({ path }) => ALLOWED[layerOf(path)] === undefined);
    assert.deepEqual(
      homeless.map(({ path }) => path),
      [],
    );
  });

  it('import only what is below them', () => {
    const wrong = breaking(
      sources,
      (file, imported) => isRelative(imported.specifier) && !mayImport(file, imported),
    );
    assert.deepEqual(wrong, []);
  });

  it('of bytes and values do no I/O', () => {
    const pure = sources.filter(({ path }) => PURE_LAYERS.has(layerOf(path)));
    assert.deepEqual(
      breaking(pure, (_file, { specifier }) => IO_MODULES.test(specifier)),
      [],
    );
  });

  it('wire takes nothing but hashes from crypto', () => {
    const wire = sources.filter(({ path }) => layerOf(path) === 'wire');
    assert.deepEqual(
      breaking(
        wire,
        (_file, { specifier }) =>
          specifier.includes('/crypto/') && !specifier.endsWith('/crypto/hashes.js'),
      ),
      [],
    );
  });

  it('client runs in a browser: no module of Node', () => {
    const client = sources.filter(({ path }) => layerOf(path) === 'client');
    assert.deepEqual(
      breaking(client, (_file, { specifier }) => specifier.startsWith('node:')),
      [],
    );
  });

  it('ui imports the client and the types of what it answers, and no module of Node', () => {
    const inBrowser = ui.filter(({ path }) => !/(^|\/)[^/]+\.config\.ts$/.test(path));
    const wrong = breaking(inBrowser, (file, { specifier, isTypeOnly }) => {
      if (!isRelative(specifier)) return specifier.startsWith('node:');
      const target = resolveImport(file, specifier);
      if (isTypeOnly && target.startsWith('src/api/native/schema/')) return false;
      if (isTypeOnly && target.startsWith('src/api/native/schema/')) return false;
      return !target.startsWith('ui/') && !target.startsWith('src/client/');
    });
    assert.deepEqual(wrong, []);
  });
});

describe('files', () => {
  function pathsWhere(isWrong: (file: SourceFile) => boolean, files = all): string[] {
    return files.filter(isWrong).map(({ path }) => path);
  }

  it('have kebab-case names', () => {
    const typescript = all.filter(({ path }) => path.endsWith('.ts'));
    assert.deepEqual(
      pathsWhere(
        ({ path }) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path),
        typescript,
      ),
      [],
    );
  });

  it('have no default export', () => {
    const ours = all.filter(({ path }) => !path.endsWith('.config.ts'));
    assert.deepEqual(
      pathsWhere(({ text }) => /^\s*export\s+default\b/m.test(text), ours),
      [],
    );
  });

  it('are no barrels: each export is where it is made', () => {
    assert.deepEqual(
      pathsWhere(({ path, text }) => {
        const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
        const rest = withoutComments.replace(/^\s*export\s[^;]*?\bfrom\s*['"][^'"]+['"];?/gm, '');
        const isOnlyExports = rest.trim() === '' && withoutComments.trim() !== '';
        const isIndex = /(^|\/)index\.ts$/.test(path);
        // The package's own surfaces are nothing else, and nothing in src imports them.
        const isSurface = path.startsWith('src/exports/');
        return isIndex || (isOnlyExports && !isSurface) || /^\s*export\s*\*/m.test(withoutComments);
      }),
      [],
    );
  });

  it('are not drawers: no utils or helpers', () => {
    assert.deepEqual(
      pathsWhere(({ path }) => /(^|\/)(utils?|helpers?|misc|common)\.ts$/.test(path)),
      [],
    );
  });

  it(`have at most ${MAX_LINES} lines`, () => {
    assert.deepEqual(
      pathsWhere(({ text }) => text.split('\n').length - 1 > MAX_LINES),
      [],
    );
  });
});
