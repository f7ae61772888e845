/** What our kernels are compared with: C and C++ programs that the benchmark compiles itself. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureKernel, type Sample } from '../../src/pow/measure.js';
import { createKernel } from '../../src/pow/kernel.js';

export interface Contestant {
  readonly name: string;
  readonly run: (seconds: number) => Sample | Promise<Sample>;
}

const sources = new URL('../../../bench/baseline/', import.meta.url);

/**
 * Best first: PyBitmessage's own module, when PYBITMESSAGE_DIR names its sources; C with OpenSSL that
 * does the same; node:crypto.
 * @param folder where programs are built, nothing is written elsewhere
 */
export function baselines(folder: string): Contestant[] {
  const found = [...pyBitmessage(folder), ...openssl(folder)];
  if (found.length > 0) return found;
  const kernel = createKernel({ name: 'node', module: undefined });
  const run = (seconds: number): Promise<Sample> => measureKernel(kernel, seconds);
  return [{ name: 'baseline: node:crypto, 1 thread', run }];
}

function pyBitmessage(folder: string): Contestant[] {
  const root = process.env['PYBITMESSAGE_DIR'];
  if (root === undefined) return [];
  const source = join(root, 'src', 'bitmsghash', 'bitmsghash.cpp');
  if (!existsSync(source)) {
    console.log(`PYBITMESSAGE_DIR has no ${source}\n`);
    return [];
  }
  const module = join(folder, 'bitmsghash.so');
  const program = join(folder, 'pybitmessage-module');
  // As its own Makefile does.
  const flags = ['-O3', '-march=native', '-fPIC', '-shared', '-pthread', '-w'];
  const driver = fileURLToPath(new URL('pybitmessage-module.c', sources));
  const built =
    compile('c++', [...flags, '-o', module, source, '-lcrypto']) &&
    compile('cc', ['-O2', '-o', program, driver, '-ldl']);
  if (!built) return [];
  return [{ name: "PyBitmessage's C++, 1 thread", run: runner(program, [module]) }];
}

function openssl(folder: string): Contestant[] {
  const source = fileURLToPath(new URL('double-sha512.c', sources));
  const program = join(folder, 'double-sha512');
  if (!compile('cc', ['-O3', '-o', program, source, '-lcrypto'])) return [];
  return [{ name: 'baseline: C, OpenSSL, 1 thread', run: runner(program, []) }];
}

function compile(compiler: string, args: readonly string[]): boolean {
  const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (status === 0) return true;
  console.log(`${compiler} failed or is missing: ${stderr.split('\n')[0] ?? ''}\n`);
  return false;
}

/** A program that takes the seconds last and prints trials, seconds and processor seconds at last. */
function runner(program: string, args: readonly string[]) {
  return (seconds: number): Sample => {
    const { stdout } = spawnSync(program, [...args, String(seconds)], { encoding: 'utf8' });
    const line = stdout.trim().split('\n').at(-1) ?? '';
    const [trials = NaN, wallS = NaN, cpuS = NaN] = line.split(' ').map(Number);
    return { trials, wallS, cpuS };
  };
}
