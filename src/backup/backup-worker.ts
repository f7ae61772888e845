/** The thread of {@link runBackupTask}: one task, then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorText, UserError } from '../util/errors.js';
import { BackupError } from './backup-error.js';
import type { TaskFailure, TaskMessage, TaskRequest } from './backup-task.js';
import { createBackup } from './create-backup.js';
import { restoreBackup } from './restore-backup.js';
import type { Progress } from './unpack.js';
import { verifyBackup } from './verify-backup.js';

/** Progress is told this often at most, milliseconds. */
const PROGRESS_PERIOD_MS = 100;

function carryOut(request: TaskRequest, onProgress: Progress): unknown {
  switch (request.name) {
    case 'create':
      return createBackup(request.task, onProgress);
    case 'verify':
      return verifyBackup(request.task, onProgress);
    case 'restore':
      return restoreBackup(request.task, onProgress);
  }
}

function failureOf(error: unknown): TaskFailure {
  const message = errorText(error);
  if (error instanceof BackupError) {
    return { kind: 'backup', message, code: error.code, offset: error.offset };
  }
  return { kind: error instanceof UserError ? 'user' : 'other', message };
}

function tell(message: TaskMessage): void {
  parentPort?.postMessage(message);
}

let lastMs = -Infinity;
try {
  const result = carryOut(workerData as TaskRequest, (...progress) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_PERIOD_MS) return;
    lastMs = nowMs;
    tell({ progress });
  });
  tell({ result });
} catch (error) {
  tell({ failure: failureOf(error) });
}
