/** What is said about own mail, by state and reason. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { outgoingStateOf } from '../../../src/api/native/outgoing-state.js';
import type { OutgoingState } from '../../../src/api/native/schema/outgoing-state.js';
import { difficultyRefusal } from '../../../src/node/outbox/build-message.js';
import { FORCED_REASON } from '../../../src/node/outbox/state.js';
import { Settings } from '../../../src/node/settings/settings.js';
import type { SendingColumns } from '../../../src/store/mailbox/mailbox-repository.js';

/** Nothing is written there. */
const dataDir = join(tmpdir(), 'petrel-none');
const SENT_S = 1_795_000_000;
const DAY_S = 86_400;

const SENDING: SendingColumns = {
  status: 'msgqueued',
  reason: '',
  sentS: SENT_S,
  lastActionS: SENT_S + 60,
  sleepUntilS: SENT_S + DAY_S,
  retryNumber: 1,
  ttlS: DAY_S,
};

function state(
  changes: Partial<SendingColumns>,
  {
    folder = 'sent',
    overrides = [],
  }: { folder?: 'sent' | 'trash'; overrides?: [string, string][] } = {},
): OutgoingState {
  const settings = Settings.open({ dataDir, overrides });
  return outgoingStateOf({ settings }, { folder }, { ...SENDING, ...changes });
}

describe('outgoingStateOf', () => {
  it('tells what comes next, and when', () => {
    const table = [
      [{ status: 'msgqueued' }, 'none', 'wait-for-turn', false],
      [{ status: 'doingpubkeypow' }, 'key-unknown', 'work', false],
      [{ status: 'awaitingpubkey' }, 'key-unknown', 'ask-for-key-again', true],
      [{ status: 'doingmsgpow' }, 'none', 'work', false],
      [{ status: 'msgsent' }, 'not-acknowledged-yet', 'send-again', true],
      [{ status: 'msgsent', reason: FORCED_REASON }, 'difficulty-accepted', 'send-again', true],
      [{ status: 'ackreceived' }, 'acknowledged', 'nothing', false],
      [{ status: 'broadcastsent' }, 'none', 'nothing', false],
      [
        { status: 'msgqueued', reason: 'the sender is disabled' },
        'sender-disabled',
        'wait-for-sender',
        false,
      ],
      [
        { status: 'awaitingpubkey', reason: 'address version 5 cannot be used' },
        'recipient-version-unusable',
        'look-again',
        true,
      ],
      [
        { status: 'badkey', reason: 'the public key is broken' },
        'recipient-key-broken',
        'nothing',
        false,
      ],
      [{ status: 'badkey', reason: 'something new' }, 'other', 'nothing', false],
    ] as const;
    for (const [changes, reason, next, isTimed] of table) {
      const told = state(changes);
      assert.deepEqual(
        [told.reason, told.next, told.nextAtS !== undefined],
        [reason, next, isTimed],
      );
    }
  });

  it('says that a person has to decide about too much work, with the numbers', () => {
    const low = { nonceTrialsPerByte: 1, payloadLengthExtraBytes: 1 };
    const high = { nonceTrialsPerByte: 9, payloadLengthExtraBytes: 9 };
    const reason = difficultyRefusal(high, low) ?? '';
    const told = state({ status: 'toodifficult', reason });
    assert.equal(told.reason, 'difficulty-too-high');
    assert.equal(told.next, 'decide');
    assert.match(told.reasonText, /9\/9.*1\/1/);
    assert.deepEqual([told.mayForce, told.mayCancel, told.mayResend], [true, true, true]);
  });

  it('says nothing happens any more in the trash, and when resending has ended', () => {
    const trashed = state({ status: 'toodifficult' }, { folder: 'trash' });
    assert.deepEqual(
      [trashed.next, trashed.mayForce, trashed.mayCancel],
      ['nothing', false, false],
    );
    const overrides: [string, string][] = [
      ['bitmessagesettings.stopresendingafterxdays', '1'],
      ['bitmessagesettings.stopresendingafterxmonths', '0'],
    ];
    const ended = state({ status: 'msgsent' }, { overrides });
    assert.deepEqual([ended.reason, ended.next], ['resending-ended', 'nothing']);
    const going = state({ status: 'msgsent', sleepUntilS: SENT_S + DAY_S - 1 }, { overrides });
    assert.equal(going.next, 'send-again');
  });
});
