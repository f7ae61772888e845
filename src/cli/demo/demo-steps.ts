/** What the demonstration shows, step by step. Each step ends when what it waits for has happened. */
import { createRandomKeys } from '../../crypto/keys.js';
import type { NodeEventName, NodeEvents } from '../../node/events.js';
import type { PetrelNode } from '../../node/node.js';
import { encodeAddress } from '../../objects/address.js';
import { displayText, NO_BYTES, utf8 } from '../../util/bytes.js';
import type { DemoNetwork } from './demo-network.js';
import type { Narrator } from './narrator.js';

export interface DemoStep {
  /** What is missing when the step does not end. */
  readonly goal: string;
  readonly run: () => Promise<void>;
}

/** Longer than a public key lives (28 days): nobody has it any more. */
const KEY_AGE_S = 60 * 86_400;
const TTL_S = 86_400;
const PEERS_OF_C = 2;
const EASY = { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 };
const CHAN_NAME = 'petrel demonstration';

export function demoSteps(network: DemoNetwork, narrator: Narrator, nowS: number): DemoStep[] {
  const { a, b, c } = network;
  let alice = '';
  let bob = '';
  return [
    {
      goal: 'the connections A - C and C - B',
      async run() {
        narrator.heading('Three nodes on 127.0.0.1; A and B know only C.');
        await untilConnected(c);
        narrator.say('', `A - C - B connected (ports ${[a, c, b].map(portOf).join(', ')})`);
      },
    },
    {
      goal: 'the identities',
      async run() {
        narrator.heading('Identities');
        alice = await a.identities.createRandom({ label: utf8('Alice') });
        narrator.name(alice, 'Alice');
        narrator.say('A', `Alice is ${alice}`);
        bob = await addOldIdentity(b, nowS);
        narrator.name(bob, 'Bob');
        narrator.say('B', `Bob is ${bob}; his key was published long ago, nobody has it any more`);
      },
    },
    {
      goal: 'the message at B and its acknowledgement at A',
      async run() {
        narrator.heading('A message from Alice to Bob');
        await deliver(network, narrator, alice, bob);
      },
    },
    {
      goal: 'the broadcast at B',
      async run() {
        narrator.heading('A broadcast');
        await b.subscriptions.add({ address: alice, label: utf8('Alice'), enabled: true });
        narrator.say('B', 'subscribes to Alice');
        narrator.name('[Broadcast subscribers]', 'the subscribers');
        const arrived = next(b, 'broadcastReceived');
        await a.outbox.sendBroadcast({ fromAddress: alice, ...text('News'), ttlS: TTL_S });
        const { subject, fromAddress } = await arrived;
        narrator.say(
          'B',
          `has "${displayText(subject)}", broadcast by ${narrator.nameOf(fromAddress)}`,
        );
      },
    },
    {
      goal: 'the chan post at B',
      async run() {
        narrator.heading('A chan');
        const chan = await a.identities.createChan(utf8(CHAN_NAME));
        narrator.name(chan, 'the chan');
        await b.identities.joinChan(utf8(CHAN_NAME), chan);
        narrator.say('', `A and B join "${CHAN_NAME}": ${chan}`);
        const arrived = next(b, 'messageReceived', (mail) => mail.toAddress === chan);
        const post = { toAddress: chan, fromAddress: alice, ...text('Hello, all'), ttlS: TTL_S };
        await a.outbox.sendMessage(post);
        narrator.say('B', `reads "${displayText((await arrived).subject)}" in the chan`);
      },
    },
  ];
}

/** Key request, key answer, message through C, acknowledgement. */
async function deliver(
  { a, b, c }: DemoNetwork,
  narrator: Narrator,
  alice: string,
  bob: string,
): Promise<void> {
  const requested = next(a, 'keyRequested', ({ address }) => address === bob);
  const answered = next(b, 'keyAnswered', ({ address }) => address === bob);
  const arrived = next(b, 'messageReceived', ({ toAddress }) => toAddress === bob);
  const acknowledged = next(a, 'sentStateChanged', ({ to }) => to === 'ackreceived');
  const mail = { fromAddress: alice, toAddress: bob, ...text('Hello, Bob') };
  await a.outbox.sendMessage({ ...mail, ttlS: TTL_S });
  await Promise.all([requested, answered]);
  const { msgid, subject } = await arrived;
  if (!c.store.inventory.has(msgid)) throw new Error('the message did not come through C');
  narrator.say('B', `has "${displayText(subject)}" from Alice; it came through C`);
  await acknowledged;
  narrator.say('A', 'has the acknowledgement: Bob got the message');
}

function text(subject: string): { subject: Uint8Array; body: Uint8Array; encoding: number } {
  return { subject: utf8(subject), body: utf8(`${subject}.`), encoding: 2 };
}

function portOf(node: PetrelNode): number {
  return node.network.port;
}

/** An identity that was made long ago, so that its key has to be asked for. */
async function addOldIdentity(node: PetrelNode, nowS: number): Promise<string> {
  const { signingKey, encryptionKey, ripe } = createRandomKeys({ leadingZeroBytes: 1 });
  const address = encodeAddress({ version: 4, stream: 1, ripe });
  await node.identities.add([
    {
      address,
      label: utf8('Bob'),
      enabled: true,
      chan: false,
      signingKey,
      encryptionKey,
      ...EASY,
      lastPubkeySendS: nowS - KEY_AGE_S,
      dontSendAck: false,
      mailingList: false,
      mailingListName: NO_BYTES,
      extra: {},
    },
  ]);
  return address;
}

function untilConnected(middle: PetrelNode): Promise<void> {
  const { network } = middle;
  return new Promise((resolve) => {
    const check = (): void => {
      const peers = network.connections().filter((peer) => peer.established);
      if (peers.length >= PEERS_OF_C) resolve();
    };
    network.events.on('peerUp', check);
    check();
  });
}

/** The next event of that name that fits. */
function next<Name extends NodeEventName>(
  node: PetrelNode,
  name: Name,
  fits: (event: NodeEvents[Name]) => boolean = () => true,
): Promise<NodeEvents[Name]> {
  return new Promise((resolve) => {
    const end = node.events.on(name, (event) => {
      if (!fits(event)) return;
      end();
      resolve(event);
    });
  });
}
