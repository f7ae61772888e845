/** Three nodes on 127.0.0.1, in a row: A - C - B. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PetrelNode } from '../../node/node.js';
import { Settings } from '../../node/settings/settings.js';
import type { Clock } from '../../util/clock.js';
import type { Log } from '../../util/log.js';

export interface DemoNetwork {
  readonly a: PetrelNode;
  readonly b: PetrelNode;
  readonly c: PetrelNode;
}

const HOST = '127.0.0.1';

/** Starts the nodes, runs `work`, then stops them and removes all that they wrote. */
export async function withDemoNetwork(
  dependencies: { log: Log; clock: Clock },
  work: (network: DemoNetwork) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'petrel-demo-'));
  const started: PetrelNode[] = [];
  const start = async (name: string, peer?: PetrelNode): Promise<PetrelNode> => {
    const settings = demoSettings(join(directory, name), peer);
    const log = dependencies.log.child({ node: name });
    const node = new PetrelNode(settings, { ...dependencies, log });
    started.push(node);
    await node.start();
    return node;
  };
  try {
    const c = await start('C');
    const a = await start('A', c);
    const b = await start('B', c);
    await work({ a, b, c });
  } finally {
    await Promise.all(started.map((node) => node.stop()));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Without dandelion: its random stem of 10 s and more for each object would hide the rest. */
function demoSettings(dataDir: string, peer: PetrelNode | undefined): Settings {
  const overrides: [string, string][] = [
    ['bitmessagesettings.extralowdifficulty', 'true'],
    ['bitmessagesettings.port', '0'],
    ['network.bind', HOST],
    ['network.offline', 'true'],
    ['network.dandelion', '0'],
  ];
  if (peer) overrides.push(['bitmessagesettings.trustedpeer', `${HOST}:${peer.network.port}`]);
  return Settings.open({ dataDir, overrides });
}
