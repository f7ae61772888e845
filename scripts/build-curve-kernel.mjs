// Compiles the curve's kernels from C to WebAssembly. The results are kept in the tree, so an ordinary
// build needs no compiler; run this after changing a file of src/crypto/kernels.
// --check writes nothing. Exit code 1: a kept file is not what the sources give; 2: this machine
// does not have the compiler that the kept files were made with, so nothing can be said.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Only the same compiler and linker give the same bytes: Debian 12's packages clang and lld. */
const COMPILER = 'Debian clang version 14.0.6';
const LINKER = 'Debian LLD 14.0.6';
const folder = fileURLToPath(new URL('../src/crypto/kernels/', import.meta.url));
const target = ['--target=wasm32', '-nostdlib', '-ffreestanding', '-mbulk-memory'];
const style = ['-std=c11', '-O3', '-Wall', '-Wextra', '-Wno-unused-function', '-Werror'];
const link = ['-Wl,--no-entry', '-Wl,--strip-all', '-Wl,-z,stack-size=65536'];
/** Each is made of the C file of its name, and what that includes. */
const KERNELS = [
  { name: 'curve', options: [] },
  { name: 'signing', options: ['-msimd128'] },
  { name: 'trial-four', options: ['-msimd128'] },
];

function firstLine(command, args) {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return stdout?.split('\n')[0]?.trim() ?? '';
}

const compiler = firstLine('clang', ['--version']);
const linker = firstLine('wasm-ld', ['--version']);
if (compiler !== COMPILER || !linker.startsWith(LINKER)) {
  console.error(
    `needs ${COMPILER} and ${LINKER}; here: ${compiler || 'none'}, ${linker || 'none'}`,
  );
  process.exit(2);
}

// clang runs a wasm-opt of PATH over its result; npm scripts have one of another package there.
const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !/[\\/]node_modules[\\/]\.bin$/.test(entry))
  .join(delimiter);

const out = mkdtempSync(join(tmpdir(), 'petrel-kernel-'));
try {
  for (const { name, options } of KERNELS) {
    const built = join(out, `${name}.wasm`);
    const args = [...target, ...options, ...style, ...link, '-o', built, `${name}.c`];
    const { status } = spawnSync('clang', args, {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, PATH: path },
    });
    if (status === 0) keepOrCompare(name, readFileSync(built));
    else process.exitCode = 1;
  }
} finally {
  rmSync(out, { recursive: true });
}

function keepOrCompare(name, binary) {
  const kept = join(folder, `${name}.wasm`);
  if (!process.argv.includes('--check')) {
    writeFileSync(kept, binary);
  } else if (!binary.equals(readFileSync(kept))) {
    console.error(
      `${name}.wasm is not what its source gives: run node scripts/build-curve-kernel.mjs`,
    );
    process.exitCode = 1;
  }
  console.log(`${name}.wasm: ${binary.length} bytes`);
}
