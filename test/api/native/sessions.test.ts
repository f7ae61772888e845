/** Sessions and links by a fake clock. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Sessions } from '../../../src/api/native/sessions.js';
import type { SessionRepository } from '../../../src/store/mailbox/mailbox-repository.js';
import { Secret } from '../../../src/util/secret.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openTempStore } from '../../support/temp-store.js';

const DAY_MS = 86_400_000;
const LOGIN = { username: 'user', password: new Secret('password') };

async function open(
  t: TestContext,
): Promise<{ sessions: Sessions; clock: FakeClock; store: SessionRepository }> {
  const clock = new FakeClock();
  const { store } = await openTempStore(t);
  const sessions = new Sessions(LOGIN, { store: store.sessions, clock });
  await sessions.load();
  return { sessions, clock, store: store.sessions };
}

describe('Sessions', () => {
  it('outlive the process, not a change of user or password', async (t) => {
    const { sessions, clock, store } = await open(t);
    const { token, requestToken } = await sessions.create();
    const restarted = new Sessions(LOGIN, { store, clock });
    await restarted.load();
    assert.equal(restarted.find(token.reveal())?.requestToken.reveal(), requestToken.reveal());
    assert.equal(restarted.find(`${token.reveal()}x`), undefined);
    const changed = new Sessions({ ...LOGIN, password: new Secret('other') }, { store, clock });
    await changed.load();
    assert.equal(changed.find(token.reveal()), undefined);
  });

  it('end when unused for two weeks, and after ninety days', async (t) => {
    const { sessions, clock, store } = await open(t);
    const { token } = await sessions.create();
    await clock.advance(13 * DAY_MS);
    assert.ok(sessions.find(token.reveal()));
    await clock.advance(13 * DAY_MS);
    assert.ok(sessions.find(token.reveal()));
    await clock.advance(14 * DAY_MS);
    assert.equal(sessions.find(token.reveal()), undefined);
    const busy = await sessions.create();
    assert.equal((await store.list()).length, 1);
    for (let day = 0; day < 90; day++) {
      assert.ok(sessions.find(busy.token.reveal()), String(day));
      await clock.advance(DAY_MS);
    }
    assert.equal(sessions.find(busy.token.reveal()), undefined);
  });

  it('are bounded: the least recently used one makes room', async (t) => {
    const { sessions, clock, store } = await open(t);
    const first = await sessions.create();
    await clock.advance(1_000);
    const second = await sessions.create();
    await clock.advance(1_000);
    assert.ok(sessions.find(first.token.reveal()));
    for (let n = 0; n < 63; n++) await sessions.create();
    assert.ok(sessions.find(first.token.reveal()));
    assert.equal(sessions.find(second.token.reveal()), undefined);
    assert.equal((await store.list()).length, 64);
    await sessions.endAll();
    assert.deepEqual(await store.list(), []);
  });
});

describe('links', () => {
  it('work once, in their time, and are bounded', async (t) => {
    const { sessions, clock } = await open(t);
    const { token } = sessions.makeLink();
    assert.equal(sessions.useLink('other'), false);
    assert.equal(sessions.useLink(token.reveal()), true);
    assert.equal(sessions.useLink(token.reveal()), false);
    const late = sessions.makeLink();
    await clock.advance(600_000);
    assert.equal(sessions.useLink(late.token.reveal()), false);
    const oldest = sessions.makeLink();
    for (let n = 0; n < 16; n++) sessions.makeLink();
    assert.equal(sessions.useLink(oldest.token.reveal()), false);
  });
});
