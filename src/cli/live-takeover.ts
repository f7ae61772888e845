/** Taking a PyBitmessage over while the node runs, for the first-run guide; and keys as text. */
import { encodeWif } from '../crypto/wif.js';
import type { KeyTexts, Takeover } from '../api/native/context.js';
import type { TakeoverReport as ShownReport } from '../api/native/schema/node.js';
import type { PetrelNode } from '../node/node.js';
import type { Store } from '../store/open-store.js';
import type { IdentityRecord } from '../store/repositories.js';
import { importDirectory } from '../takeover/import.js';
import { identitySection } from '../takeover/keys-writer.js';
import type { TakeoverReport } from '../takeover/report.js';
import { findSourceDir, surroundingsOf, usualPlaces } from '../takeover/source-dir.js';
import { displayText } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import { UserError } from '../util/errors.js';
import { Secret } from '../util/secret.js';
import { isAbsolute } from 'node:path';

/** What the running node keeps itself and would overwrite. */
const NODES = 'nodes';
const NODES_NOTE = 'addresses of other nodes are not taken: this one finds its own';

export function liveTakeover(
  node: PetrelNode,
  clock: Clock,
  environment: Readonly<Record<string, string | undefined>>,
): Takeover {
  const surroundings = surroundingsOf(environment);
  const options = (
    sourceDir: string,
  ): { readonly sourceDir: string; readonly copyParent: string } => {
    if (!isAbsolute(sourceDir)) throw new UserError('name the directory from its root on');
    return { sourceDir, copyParent: node.settings.dataDir };
  };
  return {
    find: () => ({ directory: findSourceDir(surroundings), places: usualPlaces(surroundings) }),
    async inspect(directory) {
      return shown(await importDirectory(options(directory), { target: undefined, clock }));
    },
    async run(directory, onProgress) {
      const target = { store: runningStore(node), settings: node.settings };
      const report = await importDirectory(
        { ...options(directory), onProgress },
        { target, clock },
      );
      await node.mail.books.load();
      await node.outbox.adopt();
      const names = [...changedSettings(report)];
      if (names.length > 0) node.events.emit('settingsChanged', { names });
      return shown(report);
    },
  };
}

/** The store behind the node's own services: what they mirror in memory goes through them. */
function runningStore(node: PetrelNode): Store {
  const { store } = node;
  return {
    ...store,
    identities: {
      ...store.identities,
      add: (records) => node.identities.add(records),
    },
    nodes: { list: () => store.nodes.list(), replaceAll: () => Promise.resolve() },
  };
}

function changedSettings({ tallies }: TakeoverReport): string[] {
  return tallies.some(({ what, taken }) => what === 'settings' && taken > 0) ? ['*'] : [];
}

function shown({ tallies, problems, notes }: TakeoverReport): ShownReport {
  const taken = tallies.filter(({ what }) => what !== NODES);
  const hasNodes = taken.length < tallies.length;
  return { tallies: taken, problems, notes: hasNodes ? [...notes, NODES_NOTE] : [...notes] };
}

/** As `petrel keys export` prints them. */
export function keyTexts(identity: IdentityRecord): KeyTexts {
  return {
    keysDat: new Secret(displayText(identitySection(identity, () => undefined))),
    signingKeyWif: new Secret(encodeWif(identity.signingKey)),
    encryptionKeyWif: new Secret(encodeWif(identity.encryptionKey)),
  };
}
