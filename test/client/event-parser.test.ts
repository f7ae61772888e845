import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { EventParser, type StreamEvent } from '../../src/client/event-parser.js';

function parse(...pieces: string[]): StreamEvent[] {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe('EventParser', () => {
  it('reads id, name and data of several lines', () => {
    assert.deepEqual(parse('id: 7\nevent: a.b\ndata: one\ndata:two\n\n'), [
      { id: '7', name: 'a.b', data: 'one\ntwo' },
    ]);
  });

  it('leaves out comments, unknown fields and events without data', () => {
    assert.deepEqual(parse(': beat\n\nretry: 5\nfoo\nid: 1\n\ndata: x\n\n'), [
      { id: '1', name: '', data: 'x' },
    ]);
  });

  it('waits for the end of an event', () => {
    assert.deepEqual(parse('data: x\n'), []);
    assert.deepEqual(parse('data: x\r\n\r\n'), [{ id: '', name: '', data: 'x' }]);
    assert.deepEqual(parse('data: x\n', '\n'), [{ id: '', name: '', data: 'x' }]);
  });

  it('gives the same however the stream is cut', () => {
    const text = 'id: 1\r\ndata: ü\r\n\r\n: c\n\nevent: e\ndata: a\ndata: b\n\nid: 3\ndata: {}\n\n';
    const whole = parse(text);
    assert.equal(whole.length, 3);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        assert.deepEqual(parse(...pieces), whole);
      }),
    );
  });
});
