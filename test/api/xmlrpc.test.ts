/** XML-RPC and the legacy encoding: how values come in and go out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { API_ERROR, ApiError, TransportFault } from '../../src/api/errors.js';
import { Binary, Float, type ApiValue } from '../../src/api/values.js';
import { readMethodCall } from '../../src/api/xml-reader.js';
import { writeXmlFault, writeXmlResponse } from '../../src/api/xml-writer.js';
import { answerXmlRpc, type XmlVariant } from '../../src/api/xmlrpc.js';
import { utf8 } from '../../src/util/bytes.js';

const HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n<methodResponse>\n";

function call(value: string): string {
  return `<methodCall><methodName>x</methodName><params><param>${value}</param></params></methodCall>`;
}

/** The one parameter of a call. */
function read(value: string): ApiValue | undefined {
  return readMethodCall(utf8(call(value))).params[0];
}

/** What stands in `<param>`. */
function written(value: ApiValue): string {
  const text = writeXmlResponse(value);
  const [start, end] = [`${HEAD}<params>\n<param>\n`, '</param>\n</params>\n</methodResponse>\n'];
  assert.ok(text.startsWith(start) && text.endsWith(end), text);
  return text.slice(start.length, -end.length);
}

test('values as the reference takes them', () => {
  const cases: [string, ApiValue][] = [
    ['<value>bare &amp; text</value>', 'bare & text'],
    ['<value></value>', ''],
    ['<value/>', ''],
    ['<value> <string> a </string> </value>', ' a '],
    ['<value><string><![CDATA[<b>]]></string></value>', '<b>'],
    ['<value><string>&#233;&#x4e16;</string></value>', 'é世'],
    ['<value><int> -5 </int></value>', -5],
    ['<value><i4>+7</i4></value>', 7],
    ['<value><i8>9007199254740993</i8></value>', 9007199254740993n],
    ['<value><boolean>1</boolean></value>', true],
    ['<value><double> 2.0 </double></value>', new Float(2)],
    ['<value><double>-1e3</double></value>', new Float(-1000)],
    ['<value><nil/></value>', null],
    ['<value><base64> aGk= </base64></value>', new Binary(Buffer.from('hi'))],
    [
      '<value><array><data><value>a</value><value><int>1</int></value></data></array></value>',
      ['a', 1],
    ],
    ['<value><array><data></data></array></value>', []],
    [
      '<value><struct><member><name>a</name><value><int>1</int></value></member></struct></value>',
      { a: 1 },
    ],
  ];
  for (const [text, value] of cases) assert.deepEqual(read(text), value, text);
  // Unknown elements count for nothing where no value begins.
  assert.equal(read('<foo>1</foo>'), undefined);
});

test('what is no call is refused in the words of Python', () => {
  const cases: [string, string, string][] = [
    ['', "<class 'xml.parsers.expat.ExpatError'>", 'no element found: line 1, column 0'],
    ['   ', "<class 'xml.parsers.expat.ExpatError'>", 'no element found: line 1, column 3'],
    ['not a document', "<class 'xml.parsers.expat.ExpatError'>", 'syntax error: line 1, column 0'],
    ['<?xml version="1.0"?><a></a>', "<class 'xmlrpclib.ResponseError'>", 'ResponseError()'],
    [
      call('<value> <foo>1</foo></value>'),
      "<class 'xmlrpclib.ResponseError'>",
      `ResponseError("unknown tag u'foo'",)`,
    ],
    [
      call('<value><int>x</int></value>'),
      'ValueError',
      "invalid literal for int() with base 10: 'x'",
    ],
    [call('<value><boolean>2</boolean></value>'), 'TypeError', 'bad boolean value'],
    [
      call('<value><double>x</double></value>'),
      'ValueError',
      'could not convert string to float: x',
    ],
  ];
  for (const [text, exception, message] of cases) {
    assert.throws(() => readMethodCall(utf8(text)), { name: 'TransportFault', exception, message });
  }
});

test('document types, entities and deep nesting are refused', () => {
  const bomb = `<!DOCTYPE m [<!ENTITY e "x">]>${call('<value>&e;</value>')}`;
  assert.throws(() => readMethodCall(utf8(bomb)), /not allowed/);
  assert.throws(
    () => readMethodCall(utf8('<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>')),
    /not allowed/,
  );
  assert.throws(() => read('<value>&e;</value>'), TransportFault);
  const deep = '<value><array><data>'.repeat(5_000) + '</data></array></value>'.repeat(5_000);
  assert.throws(() => read(deep), /recursion depth/);
});

test('declared encodings and byte order marks', () => {
  const text = call('<value>é</value>');
  const latin1 = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1');
  assert.deepEqual(readMethodCall(latin1).params, ['é']);
  assert.deepEqual(readMethodCall(utf8(`\ufeff${text}`)).params, ['é']);
  assert.deepEqual(readMethodCall(Buffer.from(`\ufeff${text}`, 'utf16le')).params, ['é']);
  assert.throws(() => readMethodCall(Buffer.from(text, 'latin1')), TransportFault);
  assert.throws(
    () => readMethodCall(utf8('<?xml version="1.0" encoding="big5"?><a/>')),
    /encoding/,
  );
});

test('values as the reference writes them', () => {
  const cases: [ApiValue, string][] = [
    ['a "b" <&>', '<value><string>a "b" &lt;&amp;&gt;</string></value>\n'],
    ['', '<value><string></string></value>\n'],
    ['a\u0000b', '<value><string>a\ufffdb</string></value>\n'],
    [-2147483648, '<value><int>-2147483648</int></value>\n'],
    [true, '<value><boolean>1</boolean></value>\n'],
    [new Float(5), '<value><double>5.0</double></value>\n'],
    [[], '<value><array><data>\n</data></array></value>\n'],
    [['x'], '<value><array><data>\n<value><string>x</string></value>\n</data></array></value>\n'],
    [
      { a: 1 },
      '<value><struct>\n<member>\n<name>a</name>\n<value><int>1</int></value>\n</member>\n</struct></value>\n',
    ],
  ];
  for (const [value, text] of cases) assert.equal(written(value), text);
  assert.throws(() => writeXmlResponse([null]), /cannot marshal None/);
  assert.throws(() => writeXmlResponse(2 ** 31), /^TransportFault: int exceeds/);
  assert.throws(() => writeXmlResponse(2n ** 63n), /^TransportFault: long int exceeds/);
  assert.equal(
    writeXmlFault(20, 'Invalid method: <x>'),
    `${HEAD}<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n<value><int>20</int></value>\n` +
      '</member>\n<member>\n<name>faultString</name>\n' +
      '<value><string>Invalid method: &lt;x&gt;</string></value>\n</member>\n</struct></value>\n' +
      '</fault>\n</methodResponse>\n',
  );
});

async function answer(
  variant: XmlVariant,
  name: string,
  result: ApiValue | Error,
): Promise<string> {
  const body = utf8(`<methodCall><methodName>${name}</methodName></methodCall>`);
  const run = (): Promise<ApiValue> =>
    result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
  const text = await answerXmlRpc(body, run, variant);
  return /<value>(?:<struct>[^]*<string>([^]*)<\/string>|([^]*?))<\/value>/
    .exec(text)
    ?.slice(1)
    .join('') as string;
}

test('legacy: numbers and ASCII as they are, the rest as JSON in a string', async () => {
  const cases: [string, ApiValue, string][] = [
    ['add', 5, '<int>5</int>'],
    ['add', true, '<boolean>1</boolean>'],
    ['add', new Float(3.5), '<string>3.5</string>'],
    ['add', 2n ** 64n, '<string>18446744073709551616</string>'],
    ['helloWorld', 'a-b', '<string>a-b</string>'],
    ['helloWorld', 'é-ü', '<string>"\\u00e9-\\u00fc"</string>'],
    ['getInboxMessageById', null, '<string>null</string>'],
    ['disseminatePreparedObject', 'abcd', '<string>"abcd"</string>'],
    ['listAddresses', { addresses: [] }, '<string>{\n    "addresses": []\n}</string>'],
    [
      'x',
      { a: [1, { b: 'é', c: true }], d: {} },
      '<string>{\n    "a": [\n        1, \n        {\n            "b": "\\u00e9", \n            "c": true\n' +
        '        }\n    ], \n    "d": {}\n}</string>',
    ],
    ['system.listMethods', ['a'], '<array><data>\n<value><string>a</string>'],
  ];
  for (const [name, result, text] of cases)
    assert.equal(await answer('legacy', name, result), text);
});

test('failures: a fault in xml, a string in legacy; below the API a fault in both', async () => {
  const error = new ApiError(API_ERROR.invalidMethod, 'Invalid method: x');
  assert.equal(await answer('xml', 'x', error), 'Invalid method: x');
  assert.equal(
    await answer('legacy', 'x', error),
    '<string>API Error 0020: Invalid method: x</string>',
  );
  const fault = new TransportFault('KeyError', "'x'");
  for (const variant of ['xml', 'legacy'] as const) {
    assert.equal(await answer(variant, 'x', fault), "&lt;type 'exceptions.KeyError'&gt;:'x'");
  }
  await assert.rejects(answer('xml', 'x', new RangeError('ours')), RangeError);
});

test('no bytes at all break the reader', () => {
  const pieces = fc.constantFrom(
    ...['<', '>', '</', '<value>', '</value>', '<int>', '</int>', '<struct>', '</struct>', '1'],
    ...['<array>', '</array>', '<!--', ']]>', '<![CDATA[', '&', '&#0;', '<?xml', '?>', '<name>'],
  );
  const soup = fc.oneof(
    fc.array(pieces).map((parts) => utf8(parts.join(''))),
    fc.array(pieces).map((parts) => utf8(call(parts.join('')))),
    fc.uint8Array({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(soup, (bytes) => {
      try {
        readMethodCall(bytes);
      } catch (error) {
        assert.ok(error instanceof TransportFault, String(error));
      }
    }),
  );
});
