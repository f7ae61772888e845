/**
 * `npm run interop:api`: PyBitmessage's own tests of its API, run against Petrel. Without
 * PYBITMESSAGE_DIR or python 2.7 it says what it needs and ends with status 0. Needs port 8442.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTempDir } from '../support/temp-dir.js';
import { projectRoot } from '../support/vectors.js';
import { findPython, findSix, missingForPyBitmessage } from './pybitmessage.js';

const LIMIT_MS = 300_000;
const EXECUTABLE = 0o755;

/** What the tests take for PyBitmessage: they look for its process id in its lock file. */
const PROGRAM = `#!/bin/sh
echo $$ > "$BITMESSAGE_HOME/singleton.lock"
exec "$PETREL" start --pybitmessage-test --offline --data-dir "$BITMESSAGE_HOME/petrel.$$" \\
  --set bitmessagesettings.apiport=8442 --set bitmessagesettings.port=0 --set network.bind=127.0.0.1
`;

const missing = missingForPyBitmessage();
if (missing.length > 0) {
  console.log(['PyBitmessage cannot run its API tests here:', ...missing].join('\n  '));
} else {
  const dir = createTempDir('petrel-api-tests');
  const [programs, libraries] = [join(dir.path, 'bin'), join(dir.path, 'lib')];
  for (const path of [programs, libraries]) mkdirSync(path);
  writeFileSync(join(programs, 'pybitmessage'), PROGRAM, { mode: EXECUTABLE });
  copyFileSync(findSix() ?? '', join(libraries, 'six.py'));
  const stub = fileURLToPath(new URL('test/interop/python2/psutil.py', projectRoot));
  copyFileSync(stub, join(libraries, 'psutil.py'));
  const run = spawnSync(findPython() ?? '', ['-m', 'unittest', '-v', 'tests.test_api'], {
    cwd: join(process.env['PYBITMESSAGE_DIR'] ?? '', 'src'),
    stdio: 'inherit',
    timeout: LIMIT_MS,
    env: {
      ...process.env,
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      TMPDIR: dir.path,
      PYTHONPATH: libraries,
      PYTHONDONTWRITEBYTECODE: '1',
      PETREL: fileURLToPath(new URL('bin/petrel', projectRoot)),
      PETREL_OFFLINE: '1',
    },
  });
  dir.remove();
  process.exitCode = run.status ?? 1;
}
