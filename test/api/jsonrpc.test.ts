import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { API_ERROR, ApiError, TransportFault } from '../../src/api/errors.js';
import { answerJsonRpc } from '../../src/api/jsonrpc.js';
import { isList, type ApiValue } from '../../src/api/values.js';

const calls: string[] = [];
function call(name: string, params: ApiValue): Promise<ApiValue> {
  calls.push(name);
  if (name === 'fail') {
    return Promise.reject(new ApiError(API_ERROR.invalidMethod, 'Invalid method: fail'));
  }
  if (name === 'fault') return Promise.reject(new TransportFault('KeyError', "u'x'"));
  return Promise.resolve(isList(params) ? params.length : 'named');
}
const answer = async (body: string): Promise<string> => answerJsonRpc(body, call);

test('results are 2.0-shaped for every version and echo the id', async () => {
  for (const [id, rest] of [
    ['1', '"jsonrpc": "2.0"'],
    ['0', '"a": 1'],
    ['""', '"version": "1.1"'],
    ['9007199254740993', '"jsonrpc": "9"'],
  ] as const) {
    const request = `{${rest}, "method": "m", "params": [1, 2], "id": ${id}}`;
    assert.equal(await answer(request), `{"jsonrpc": "2.0", "result": 2, "id": ${id}}`);
  }
  const one = '{"jsonrpc": "2.0", "result": 0, "id": 1}';
  assert.equal(await answer('{"method": "m", "id": 1}'), one);
  assert.match(await answer('{"method": "m", "params": {}, "id": 1}'), /"named"/);
});

test('notifications are carried out without an answer, unless they fail', async () => {
  calls.length = 0;
  assert.equal(await answer('{"jsonrpc": "2.0", "method": "a"}'), '');
  assert.equal(await answer('{"method": "b", "id": null}'), '');
  assert.deepEqual(calls, ['a', 'b']);
  assert.match(await answer('{"jsonrpc": "2.0", "method": "fail"}'), /"id": null\}$/);
});

test('failures have code -32603 and carry the id', async () => {
  assert.equal(
    await answer('{"jsonrpc": "2.0", "method": "fail", "id": "x"}'),
    `{"error": {"message": "<class 'api.APIError'>:API Error 0020: Invalid method: fail", ` +
      `"code": -32603}, "jsonrpc": "2.0", "id": "x"}`,
  );
  const fault = await answer('{"jsonrpc": "2.0", "method": "fault", "id": 1}');
  assert.match(fault, /"Server error: KeyError: u'x'", "code": -32603/);
});

test('what is no request', async () => {
  const cases: [string, number, RegExp][] = [
    ['', -32600, /^Request invalid -- no request data\.$/],
    ['[]', -32600, /no request data/],
    ['{}', -32600, /no request data/],
    ['null', -32600, /no request data/],
    ['   ', -32700, /^Request {5}invalid\. \(/],
    ['x', -32700, /^Request x invalid\. \(/],
    ['5', -32600, /^Request must be \{\}, not <type 'int'>\.$/],
    ['"s"', -32600, /<type 'unicode'>/],
    ['true', -32600, /<type 'bool'>/],
    ['{"params": []}', -32600, /^Request \{u'params': \[\]\} invalid\.$/],
    [
      '{"id": 1, "method": "m", "params": null}',
      -32600,
      /^Invalid request parameters or method\.$/,
    ],
    ['{"id": 1, "method": "m", "params": "p"}', -32600, /Invalid request parameters/],
    ['{"id": 1, "method": 5}', -32600, /Invalid request parameters/],
    ['{"id": 1, "method": ""}', -32600, /Invalid request parameters/],
    ['{"id": 1}', -32600, /Invalid request parameters/],
  ];
  for (const [body, code, message] of cases) {
    const { error } = JSON.parse(await answer(body)) as {
      error: { code: number; message: string };
    };
    assert.equal(error.code, code, body);
    assert.match(error.message, message);
  }
});

test('batches are carried out in order; notifications leave no gap', async () => {
  const entry = '{"jsonrpc": "2.0", "method": "m", "id": 1}';
  const note = '{"jsonrpc": "2.0", "method": "m"}';
  const one = '{"jsonrpc": "2.0", "result": 0, "id": 1}';
  assert.equal(await answer(`[${entry}, ${note}, ${entry}]`), `[${one},${one}]`);
  assert.equal(await answer(`[${note}]`), '');
  assert.match(await answer(`[5, ${entry}]`), /^\[\{"error": .*must be \{\}.*\},\{"jsonrpc"/);
});

test('any JSON gets an answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (body) => {
      const text = await answer(body);
      if (text !== '') JSON.parse(text);
    }),
  );
});
