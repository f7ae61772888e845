/** The flags that stand for settings: the same for every command that reads them. */
import { InvalidArgumentError, type Command } from 'commander';
import { parsePeerAddress } from '../node/settings/peer-address.js';

/** `section.option`, value, and the flag that gave it. */
export type Override = readonly [name: string, value: string, flag: string];

export interface SettingFlags {
  testMode?: boolean;
  offline?: boolean;
  trustedPeer?: string[];
  set?: [name: string, value: string][];
}

export function addSettingFlags(command: Command): Command {
  return command
    .option('--test-mode', 'a hundredth of the proof of work, no privacy delays: tests only')
    .option('--offline', 'dial nobody but trusted peers; still listen')
    .option('--trusted-peer <host:port>', 'dial only this peer (may be repeated)', peer)
    .option('--set <section.option=value>', 'a setting for this start (may be repeated)', setting);
}

/** Flags with a name of their own come last: they are what the user saw in the help. */
export function overridesOf({ set, testMode, offline, trustedPeer }: SettingFlags): Override[] {
  const overrides = (set ?? []).map(([name, value]): Override => [name, value, '--set']);
  if (testMode) {
    overrides.push(['bitmessagesettings.extralowdifficulty', 'true', '--test-mode']);
  }
  if (offline) overrides.push(['network.offline', 'true', '--offline']);
  if (trustedPeer) {
    overrides.push(['bitmessagesettings.trustedpeer', trustedPeer.join(','), '--trusted-peer']);
  }
  return overrides;
}

function peer(text: string, before: string[] = []): string[] {
  if (!parsePeerAddress(text)) throw new InvalidArgumentError('It must be HOST:PORT.');
  return [...before, text];
}

function setting(text: string, before: [string, string][] = []): [string, string][] {
  const sign = text.indexOf('=');
  if (sign < 1) throw new InvalidArgumentError('It must be SECTION.OPTION=VALUE.');
  return [...before, [text.slice(0, sign), text.slice(sign + 1)]];
}
