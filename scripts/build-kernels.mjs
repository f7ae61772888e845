// Compiles the hash kernels from AssemblyScript. The results are kept in the tree, so an ordinary
// build needs no compiler; run this after changing a *.assembly.ts file.
// --check writes nothing and fails when the kept files are not what the sources give.
import asc from 'assemblyscript/asc';
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src', import.meta.url));
const withSimd = ['--enable', 'simd'];
/** Built file, its source, and the options in which it differs. */
const builds = [
  {
    name: 'pow/kernels/double-sha512-simd.wasm',
    source: 'pow/kernels/double-sha512.assembly.ts',
    options: withSimd,
  },
  {
    name: 'pow/kernels/double-sha512-scalar.wasm',
    source: 'pow/kernels/double-sha512.assembly.ts',
    // Bulk memory is younger than plain WebAssembly.
    options: ['--disable', 'simd', '--disable', 'bulk-memory'],
  },
  {
    name: 'crypto/kernels/sha512.wasm',
    source: 'crypto/kernels/sha512.assembly.ts',
    options: withSimd,
  },
];
// One page of memory (64 KiB), no allocator, no imports.
const common = ['--runtime', 'stub', '--initialMemory', '1', '--maximumMemory', '1', '--noAssert'];
const speed = ['--optimizeLevel', '3', '--shrinkLevel', '0'];

async function compile({ name, source, options }) {
  let binary;
  const { error, stderr } = await asc.main(
    [source, '--baseDir', folder, '--outFile', name, ...common, ...speed, ...options],
    {
      writeFile(file, contents) {
        if (file === name) binary = Buffer.from(contents);
      },
    },
  );
  if (error || !binary)
    throw new Error(`${source} -> ${name}: ${stderr.toString()}`, { cause: error });
  return binary;
}

const check = process.argv.includes('--check');
for (const build of builds) {
  const binary = await compile(build);
  const file = `${folder}/${build.name}`;
  if (!check) {
    writeFileSync(file, binary);
  } else if (!binary.equals(readFileSync(file))) {
    console.error(`${build.name} is not what its source gives: run node scripts/build-kernels.mjs`);
    process.exitCode = 1;
  }
  console.log(`${build.name}: ${binary.length} bytes`);
}
