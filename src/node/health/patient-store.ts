/** The repositories of the background work: what the disk refuses is repeated until it takes it. */
import type { Repositories } from '../../store/repositories.js';
import type { StorageHealth } from './storage-health.js';

export type PatientStore = Pick<Repositories, 'sent' | 'journal' | 'backfill' | 'pubkeys'>;

/** Each method waits as {@link StorageHealth.patient} does; nothing else is changed. */
export function patientStore(
  { sent, journal, backfill, pubkeys }: PatientStore,
  storage: StorageHealth,
): PatientStore {
  return {
    sent: patientTable(sent, storage),
    journal: patientTable(journal, storage),
    backfill: patientTable(backfill, storage),
    pubkeys: patientTable(pubkeys, storage),
  };
}

function patientTable<Table extends object>(table: Table, storage: StorageHealth): Table {
  const methods = table as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  const patient = Object.keys(table).map((name) => [
    name,
    (...parameters: unknown[]) =>
      storage.patient(() => methods[name]?.(...parameters) ?? Promise.resolve()),
  ]);
  return Object.fromEntries(patient) as Table;
}
