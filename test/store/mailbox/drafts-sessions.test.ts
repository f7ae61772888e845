import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DraftRecord } from '../../../src/store/mailbox/mailbox-repository.js';
import { bytesOf } from '../../support/store-records.js';
import { openTempStore } from '../../support/temp-store.js';

function draft(n: number, changes: Partial<DraftRecord> = {}): DraftRecord {
  return {
    id: `draft${n}`,
    savedS: 1000 + n,
    kind: 'message',
    fromAddress: '',
    recipients: ['somebody', 'BM-2c'],
    subject: 'ä',
    body: 'text\n',
    ttlS: undefined,
    inReplyTo: undefined,
    ...changes,
  };
}

it('drafts are kept, replaced, listed newest first, and limited in number', async (t) => {
  const temp = await openTempStore(t);
  for (const n of [1, 2, 3]) assert.equal(await temp.store.drafts.put(draft(n), 3), true);
  assert.equal(await temp.store.drafts.put(draft(4), 3), false);
  const newer = draft(1, { savedS: 2000, ttlS: 3600, inReplyTo: 'in-00', kind: 'broadcast' });
  assert.equal(await temp.store.drafts.put(newer, 3), true);
  const { drafts } = await temp.reopen();
  assert.deepEqual(await drafts.list(undefined, 2), [newer, draft(3)]);
  assert.deepEqual(await drafts.list({ savedS: 1003, id: 'draft3' }, 2), [draft(2)]);
  assert.deepEqual(await drafts.get('draft1'), newer);
  assert.equal(await drafts.remove('draft1'), true);
  assert.equal(await drafts.remove('draft1'), false);
  assert.equal(await drafts.get('draft1'), undefined);
});

it('log-ins outlive the process', async (t) => {
  const temp = await openTempStore(t);
  const session = (n: number): Parameters<typeof temp.store.sessions.put>[0] => ({
    tokenHash: bytesOf(32, n),
    loginMac: bytesOf(32, 'mac', n),
    createdS: n,
    lastUsedS: n + 1,
  });
  for (const n of [1, 2, 3]) await temp.store.sessions.put(session(n));
  await temp.store.sessions.put({ ...session(2), lastUsedS: 9 });
  const { sessions } = await temp.reopen();
  assert.deepEqual(await sessions.list(), [
    session(1),
    { ...session(2), lastUsedS: 9 },
    session(3),
  ]);
  await sessions.remove([bytesOf(32, 1), bytesOf(32, 3), bytesOf(32, 4)]);
  assert.equal((await sessions.list()).length, 1);
});
