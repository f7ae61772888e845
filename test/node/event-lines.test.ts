import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logEvents } from '../../src/node/event-lines.js';
import { NodeEventLog } from '../../src/node/events.js';
import { nullLog, type Log } from '../../src/util/log.js';
import { utf8 } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';

test('mail shows in the log: no subject at all, addresses below info only', () => {
  const lines: Record<'info' | 'debug', string[]> = { info: [], debug: [] };
  const collect = (level: 'info' | 'debug') => (fields: object | string, text?: string) => {
    lines[level].push(`${JSON.stringify(fields)} ${text ?? ''}`);
  };
  const log: Log = { ...nullLog, info: collect('info'), debug: collect('debug') };
  const events = new NodeEventLog(new FakeClock());
  logEvents(events, log);

  const toAddress = 'BM-recipient';
  const fromAddress = 'BM-sender';
  events.emit('messageReceived', {
    msgid: new Uint8Array(32).fill(7),
    toAddress,
    fromAddress,
    subject: utf8('secret subject'),
    encoding: 2,
    receivedS: 1,
  });
  const ackData = new Uint8Array(38).fill(9);
  events.emit('sentStateChanged', {
    ackData,
    toAddress,
    fromAddress,
    from: 'msgqueued',
    to: 'toodifficult',
    reason: 'demands too much',
  });
  events.emit('keyRequested', { address: toAddress });

  assert.match(lines.info.join('\n'), /0707070707070707.*message received/);
  assert.match(lines.info.join('\n'), /toodifficult.*demands too much/);
  assert.doesNotMatch(lines.info.join('\n'), /BM-/);
  assert.match(lines.debug.join('\n'), /BM-recipient.*public key asked for/);
  assert.doesNotMatch([...lines.info, ...lines.debug].join('\n'), /secret subject/);
});
