/** Arguments of types that nobody expects, answered as Python 2 does. */
import { it } from 'node:test';
import { Float } from '../../src/api/values.js';
import { api, b64, expectAll } from '../support/api-caller.js';

const ADDRESS = 'BM-2cT44STh5umnS7ewSG2UNkcuT4a1iB4MCW';

it('an address that is no text counts as Python writes it where a prefix is put before it', async () => {
  await expectAll(api(), [
    [['addAddressBookEntry', 5, b64('x')], /^8 Checksum failed for address: BM-5$/],
    [['addAddressBookEntry', null, b64('x')], /^8 Checksum failed for address: BM-None$/],
    [['addAddressBookEntry', [1], b64('x')], /^9 Invalid characters in address: BM-\[1\]$/],
    [['deleteAddressBookEntry', true], /^8 Checksum failed for address: BM-True$/],
    [['deleteSubscription', 5], 'Deleted subscription if it existed.'],
    [['deleteSubscription', 'é'], /^21 /],
    [['decodeAddress', 5], /^21 /],
    [['joinChan', b64('x'), null], /^21 /],
  ]);
});

it('base64 and hex take ASCII only, skip what is not of the alphabet, and show what they got', async () => {
  await expectAll(api(), [
    [['createChan', 'é'], /^22 Decode error - 'ascii' codec.*decoding string: u'\\xe9'$/],
    [['trashMessage', 'é'], /^22 Decode error - 'ascii' codec/],
    [['trashMessage', 'abc'], /^22 Decode error - Odd-length string\. .*u'abc'$/],
    [['createChan', '!!!'], /^1 /],
    [['createChan', '='], /^1 /],
    [['createChan', []], /^22 .*buffer, not list\. .*: \[\]$/],
  ]);
});

it('whatever Python takes for false is "not given"', async () => {
  const node = api();
  await expectAll(node, [
    [['addAddressBookEntry', ADDRESS, b64('5')], `Added address ${ADDRESS} to address book`],
    [['listAddressBookEntries', []], { addresses: [{ label: b64('5'), address: ADDRESS }] }],
    [
      ['listAddressBookEntries', new Float(0)],
      { addresses: [{ label: b64('5'), address: ADDRESS }] },
    ],
    [['listAddressBookEntries', 5], { addresses: [{ label: b64('5'), address: ADDRESS }] }],
    [['listAddressBookEntries', 6], { addresses: [] }],
    [['addSubscription', ADDRESS, new Float(0)], 'Added subscription.'],
    [['createDeterministicAddresses', {}], /^1 /],
    [['getDeterministicAddress', new Float(0), 4, 1], /^1 /],
  ]);
});

it('numbers of the address commands', async () => {
  await expectAll(api(), [
    [['createDeterministicAddresses', b64('x'), 1, null], /^21 /],
    [['createDeterministicAddresses', b64('x'), 1, 4, null], /^3 /],
    [['createDeterministicAddresses', b64('x'), 1, new Float(3.5)], /^2 .* 3 isn't supported\.$/],
    [['createDeterministicAddresses', b64('x'), 1, '4'], /^21 /],
    [['createDeterministicAddresses', b64('x'), '1'], /^5 /],
    [['createDeterministicAddresses', b64('x'), [1]], /^5 /],
    [['createDeterministicAddresses', b64('x'), -1], { addresses: [] }],
    [['createDeterministicAddresses', b64('x'), new Float(1.5)], /^21 /],
    [['getDeterministicAddress', b64('x'), '4', 1], /^21 /],
    [['getDeterministicAddress', b64('x'), true, 1], /^2 .* 1 isn't supported\.$/],
    [['getDeterministicAddress', b64('x'), 4, '1'], /^3 {2}The stream/],
    [['createRandomAddress', b64('x'), false, 'much'], /^21 /],
    [
      ['createRandomAddress', b64('x'), null],
      /^23 Bool expected in eighteenByteRipe, saw <type 'NoneType'>/,
    ],
  ]);
});

it('enableAddress takes what ConfigParser reads as a boolean, and refuses the rest unstored', async () => {
  const node = api();
  const address = (await node.ask('createRandomAddress', b64('x'))) as string;
  const wanted: [boolean | number | string, boolean][] = [
    [false, false],
    [1, true],
    [0, false],
    ['True', true],
    ['no', false],
    ['on', true],
  ];
  for (const [given, enabled] of wanted) {
    await expectAll(node, [[['enableAddress', address, given], 'success']]);
    await expectAll(node, [
      [['sendBroadcast', address, '', ''], enabled ? /^[0-9a-f]{76}$/ : /^14 /],
    ]);
  }
  await expectAll(node, [
    [['enableAddress', address, 'maybe'], /^21 Unexpected API Failure - Not a boolean: maybe$/],
    [['enableAddress', address, null], /^21 .*Not a boolean: None$/],
    [['enableAddress', address, 2], /^21 .*Not a boolean: 2$/],
    [['enableAddress', address, new Float(1)], /^21 .*Not a boolean: 1\.0$/],
    [['sendBroadcast', address, '', ''], /^[0-9a-f]{76}$/],
  ]);
});

it('a chan address of version 2 belongs to no name; statusBar takes anything', async () => {
  await expectAll(api(), [
    [['joinChan', b64('x'), 'BM-omr6Ds7fYr2oFNmPRMqQW5LC448CCerTU'], /^18 /],
    [['statusBar', 2n ** 70n], 'success'],
    [['statusBar', { a: [new Float(1), null] }], 'success'],
  ]);
});
