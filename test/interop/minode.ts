/** A real MiNode (python 3) as a peer on loopback. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../support/vectors.js';
import { GuardedProgram, hasCompiler } from './guarded.js';

const tls12 = fileURLToPath(new URL('test/interop/openssl-tls12.cnf', projectRoot));
const driver = fileURLToPath(new URL('test/interop/python3/minode_node.py', projectRoot));

/** What is missing to run a MiNode here, in a line each; empty when nothing is. */
export function missingForMiNode(): string[] {
  const missing: string[] = [];
  if (!existsSync(join(checkout(), 'minode', 'main.py'))) {
    missing.push('MINODE_DIR must name a checkout of MiNode (github.com/g1itch/MiNode)');
  }
  if (spawnSync('python3', ['-c', 'import ssl']).status !== 0) missing.push('python3');
  if (!hasCompiler()) missing.push('a C compiler (cc) for the guard that keeps it on loopback');
  return missing;
}

/** Dials `trustedPeer` and listens; each line that it is told makes it publish an object. */
export function startMiNode(home: string, port: number, trustedPeer: string): GuardedProgram {
  mkdirSync(home, { recursive: true });
  const at = ['--host', '127.0.0.1', '--port', String(port), '--data-dir', join(home, 'data')];
  return new GuardedProgram({
    command: 'python3',
    args: [driver, ...at, '--trusted-peer', trustedPeer, '--debug'],
    home,
    // Its TLS asks for one curve only, and with OpenSSL 3 that works up to version 1.2 (docs/interop.md).
    env: {
      OPENSSL_CONF: tls12,
      MINODE_DIR: checkout(),
      PYENV_VERSION: process.env['PYENV_VERSION'] ?? '',
    },
  });
}

function checkout(): string {
  return process.env['MINODE_DIR'] ?? '';
}
