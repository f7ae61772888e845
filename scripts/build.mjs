// Builds everything: TypeScript with `tsc -b`, the web mailbox, then the files that neither copies.
// `npm ci` runs this through the `prepare` script, so it uses nothing outside node_modules.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(dirname(typescriptPath()), 'tsc.js');

const built = spawnSync(process.execPath, [tsc, '-b', '--pretty', 'false'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);

await import('./build-page.mjs');

// Kernels are kept as bytes beside their sources.
for (const layer of ['pow', 'crypto']) {
  const kernels = join(root, 'src', layer, 'kernels');
  if (!existsSync(kernels)) continue;
  const out = join(root, 'dist', 'src', layer, 'kernels');
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(kernels).filter((file) => file.endsWith('.wasm'))) {
    cpSync(join(kernels, name), join(out, name));
  }
}

/** NODE_ENV=production and --omit=dev leave the compiler out: one line says so, no stack. */
function typescriptPath() {
  try {
    return createRequire(import.meta.url).resolve('typescript');
  } catch {
    console.error(
      'petrel: the TypeScript compiler is not installed: it belongs to the development packages, ' +
        'which NODE_ENV=production and --omit=dev leave out; use npm ci --include=dev',
    );
    process.exit(1);
  }
}
