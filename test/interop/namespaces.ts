/** Two network namespaces with a cable between them: a local network that is no part of any other. */
import { spawnSync } from 'node:child_process';

export interface NamespacePair {
  /** Name and address of each; 24 bits are the network. */
  readonly ends: readonly [NamespaceEnd, NamespaceEnd];
  remove(): void;
}

export interface NamespaceEnd {
  readonly name: string;
  readonly host: string;
}

/** @returns why not, where making namespaces is not allowed or there is no `ip` */
export function createNamespaces(): NamespacePair | string {
  const ends = ['a', 'b'].map((letter, index) => ({
    name: `petrel-${process.pid}-${letter}`,
    device: `pt${process.pid % 100_000}${letter}`,
    host: `10.99.7.${index + 1}`,
  }));
  const [a, b] = ends;
  if (!a || !b) throw new TypeError('two ends');
  const commands = [
    ...ends.map(({ name }) => `netns add ${name}`),
    `link add ${a.device} netns ${a.name} type veth peer name ${b.device} netns ${b.name}`,
    ...ends.flatMap(({ name, device, host }, index) => [
      `-n ${name} addr add ${host}/24 brd + dev ${device}`,
      `-n ${name} link set ${device} up`,
      `-n ${name} link set lo up`,
      // Broadcasts to 255.255.255.255 need a way out; to each the other one is the router.
      `-n ${name} route add default via ${ends[1 - index]?.host ?? ''}`,
    ]),
  ];
  const remove = (): void => {
    for (const { name } of ends) spawnSync('ip', ['netns', 'del', name]);
  };
  for (const command of commands) {
    const { status, stderr, error } = spawnSync('ip', command.split(' '), { encoding: 'utf8' });
    if (status === 0) continue;
    remove();
    return `ip ${command}: ${error?.message ?? stderr.trim()}`;
  }
  return { ends: [a, b], remove };
}

/** Command and arguments that run a program in there. */
export function inNamespace({ name }: NamespaceEnd, ...command: string[]): [string, string[]] {
  return ['ip', ['netns', 'exec', name, ...command]];
}
