/** What is done in a thread of its own: reading, encrypting and checking whole mailboxes takes seconds. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../util/errors.js';
import { BackupError, type BackupErrorCode } from './backup-error.js';
import type { CreateResult, CreateTask } from './create-backup.js';
import type { Manifest } from './manifest.js';
import type { RestoreResult, RestoreTask } from './restore-backup.js';
import type { Progress } from './unpack.js';
import type { VerifyTask } from './verify-backup.js';

/** Tasks by name, with what they answer. */
export interface BackupTasks {
  readonly create: { readonly task: CreateTask; readonly result: CreateResult };
  readonly verify: { readonly task: VerifyTask; readonly result: Manifest };
  readonly restore: { readonly task: RestoreTask; readonly result: RestoreResult };
}
export type TaskName = keyof BackupTasks;

export type TaskRequest = {
  readonly [Name in TaskName]: { readonly name: Name; readonly task: BackupTasks[Name]['task'] };
}[TaskName];

export type TaskMessage =
  | { readonly progress: Parameters<Progress> }
  | { readonly result: unknown }
  | { readonly failure: TaskFailure };

/** An error in plain words: errors lose their class between threads. */
export interface TaskFailure {
  readonly kind: 'user' | 'backup' | 'other';
  readonly message: string;
  readonly code?: BackupErrorCode | undefined;
  readonly offset?: number | undefined;
}

/**
 * @param signal ends the thread; what it had made so far is removed at the next run
 * @throws what the task does (by rejecting), or the signal's reason
 */
export function runBackupTask<Name extends TaskName>(
  name: Name,
  task: BackupTasks[Name]['task'],
  { onProgress, signal }: { onProgress?: Progress | undefined; signal?: AbortSignal } = {},
): Promise<BackupTasks[Name]['result']> {
  return new Promise((resolve, reject) => {
    const request = { name, task } as TaskRequest;
    const worker = new Worker(new URL('./backup-worker.js', import.meta.url), {
      workerData: request,
    });
    const onAbort = (): void => void worker.terminate();
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('message', (message: TaskMessage) => {
      if ('progress' in message) onProgress?.(...message.progress);
      else if ('result' in message) resolve(message.result as BackupTasks[Name]['result']);
      else reject(toError(message.failure));
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      signal?.removeEventListener('abort', onAbort);
      // After a result this changes nothing.
      reject(signal?.aborted ? (signal.reason as Error) : new Error('the backup thread has ended'));
    });
  });
}

function toError({ kind, message, code, offset }: TaskFailure): Error {
  if (kind === 'backup' && code)
    return new BackupError(code, message, { ...(offset !== undefined && { offset }) });
  return kind === 'user' ? new UserError(message) : new Error(message);
}
