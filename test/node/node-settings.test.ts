/** From the settings file to what the parts of the node follow. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decryptWorkers,
  mailSettings,
  networkOptions,
  powWorkers,
} from '../../src/node/node-settings.js';
import { Settings } from '../../src/node/settings/settings.js';
import { tempDir } from '../support/temp-store.js';

describe('node settings', () => {
  it('follow changes while the node runs', (t) => {
    const settings = Settings.open({ dataDir: tempDir(t) });
    const mail = mailSettings(settings);
    assert.equal(mail.minimumDifficulty.nonceTrialsPerByte, 1000);
    assert.equal(mail.ackDelayS, 30);
    assert.equal(mail.keyAnswerDelayS, 30);
    assert.equal(mail.listMode, 'black');
    settings.set('bitmessagesettings.blackwhitelist', 'white');
    assert.equal(mail.listMode, 'white');
  });

  it('stop sending again only when days and months are both given', (t) => {
    const settings = Settings.open({ dataDir: tempDir(t) });
    const mail = mailSettings(settings);
    assert.equal(mail.stopResendingAfterS, undefined);
    settings.set('bitmessagesettings.stopresendingafterxdays', 2);
    assert.equal(mail.stopResendingAfterS, undefined);
    settings.set('bitmessagesettings.stopresendingafterxmonths', 1);
    assert.equal(mail.stopResendingAfterS, 2 * 86_400 + 2_628_000);
  });

  it('in test mode have a hundredth of the work and no delays', (t) => {
    const settings = Settings.open({
      dataDir: tempDir(t),
      overrides: [['bitmessagesettings.extralowdifficulty', 'true']],
    });
    const mail = mailSettings(settings);
    const easy = { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 };
    assert.deepEqual(mail.minimumDifficulty, easy);
    assert.deepEqual(mail.newIdentityDifficulty, easy);
    assert.deepEqual([mail.ackDelayS, mail.keyAnswerDelayS], [0, 0]);
    const network = networkOptions(settings);
    assert.deepEqual(network.minimumDifficulty, easy);
    assert.equal(network.announceDelayMs, 0);
    assert.equal(network.antiIntersection, false);
    assert.equal(network.dandelionPercent, 90);
  });

  it('say how many nodes to know, to tell of and to connect to, and how to be found', (t) => {
    const settings = Settings.open({
      dataDir: tempDir(t),
      overrides: [
        ['knownnodes.maxnodes', '300'],
        ['bitmessagesettings.maxaddrperstreamsend', '7'],
        ['bitmessagesettings.maxoutboundconnections', '3'],
        ['bitmessagesettings.maxtotalconnections', '50'],
        ['bitmessagesettings.maxbootstrapconnections', '5'],
        ['bitmessagesettings.extport', '9000'],
        ['bitmessagesettings.udp', 'true'],
        ['bitmessagesettings.upnp', 'true'],
        ['network.bind', '127.0.0.1 ::1'],
      ],
    });
    const options = networkOptions(settings);
    assert.deepEqual(
      [options.maxNodes, options.maxAddrPerStreamSend, options.maxOutbound],
      [300, 7, 3],
    );
    assert.deepEqual([options.maxTotal, options.maxBootstrap, options.extPort], [50, 5, 9_000]);
    assert.deepEqual([options.udp, options.upnp], [true, true]);
    assert.deepEqual(options.bindHosts, ['127.0.0.1', '::1']);
  });

  it('name peers, ports and threads', (t) => {
    const settings = Settings.open({
      dataDir: tempDir(t),
      overrides: [
        ['bitmessagesettings.trustedpeer', '127.0.0.1:8444, [::1]:8445'],
        ['bitmessagesettings.port', '18444'],
        ['bitmessagesettings.maxcores', '3'],
      ],
    });
    const network = networkOptions(settings);
    assert.deepEqual(network.trustedPeers, [
      { host: '127.0.0.1', port: 8444 },
      { host: '::1', port: 8445 },
    ]);
    assert.equal(network.portFixed, true);
    assert.equal(network.port, 18_444);
    assert.equal(network.bindHosts, undefined);
    assert.deepEqual([network.udp, network.upnp, network.extPort], [false, false, 0]);
    assert.equal(powWorkers(settings), 3);
    assert.deepEqual([decryptWorkers(settings, 2), decryptWorkers(settings, 64)], [2, 4]);
    settings.set('decryption.workers', 9);
    assert.equal(decryptWorkers(settings, 2), 9);
  });
});
