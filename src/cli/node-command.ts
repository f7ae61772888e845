/** What the commands that ask the running node have in common. */
import { InvalidArgumentError, type Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions } from './node-connection.js';
import { parseDuration } from './terminal/quantities.js';

export interface NodeOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** Headings of the commands in petrel --help. */
export const GROUP = { mail: 'Mail:', addresses: 'Addresses:', node: 'Node:' } as const;

/** To be called after the command's own options: they come first in its help. */
export function addNodeOptions(command: Command): Command {
  return addConnectionOptions(command.option('--json', 'print JSON'));
}

/** For options that take a whole number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
  };
}

/** For options that take a duration, as 90s, 10m, 4h or 4d; gives seconds. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new InvalidArgumentError('It takes a duration as 90s, 10m, 4h or 4d.');
}
