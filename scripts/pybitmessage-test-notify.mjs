#!/usr/bin/env node
// The program of apinotifypath under --pybitmessage-test: PyBitmessage's tests wait for this file.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

if (process.argv[2] === 'startingUp') {
  writeFileSync(join(tmpdir(), '.api_started'), String(Math.floor(Date.now() / 1000)));
}
