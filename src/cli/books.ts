/** Contacts and subscriptions as commands list them. */
import type { CommandContext } from './program.js';
import { tableLines } from './terminal/table.js';

const SHRUNK_LABEL = 10;

interface Entry {
  readonly address: string;
  readonly label: string;
  /** Absent where entries are not switched. */
  readonly enabled?: boolean;
}

/** One line each. */
export function printEntries(entries: readonly Entry[], context: CommandContext): void {
  const isSwitched = entries.some(({ enabled }) => enabled !== undefined);
  const columns = [
    { title: 'ADDRESS' },
    ...(isSwitched ? [{ title: 'STATE' }] : []),
    { title: 'LABEL', shrinkTo: SHRUNK_LABEL },
  ];
  const rows = entries.map(({ address, label, enabled }) => ({
    cells: [address, ...(isSwitched ? [enabled ? 'on' : 'off'] : []), label],
  }));
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}
