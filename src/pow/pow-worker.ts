/** Thread of the proof-of-work pool: waits for a job message, searches, answers, waits again. */
import { parentPort, workerData } from 'node:worker_threads';
import { nullLog } from '../util/log.js';
import { stepBack } from '../util/step-back.js';
import { createKernelOrNext, type KernelSource } from './kernel.js';
import {
  searchJob,
  type JobMessage,
  type SolutionMessage,
  type WorkerPlace,
} from './search-job.js';

export interface PowWorkerData {
  readonly kernel: KernelSource;
  readonly place: WorkerPlace;
  /** Nice value of this thread, 0 to 19; 0 leaves it as it is. */
  readonly niceness: number;
}

if (parentPort) {
  const port = parentPort;
  const { kernel: source, place, niceness } = workerData as PowWorkerData;
  stepBack(niceness);
  const kernel = createKernelOrNext(source, nullLog);
  port.on('message', (job: JobMessage) => {
    const nonce = searchJob(kernel, job, place);
    if (nonce === undefined) return;
    port.postMessage({ jobId: job.jobId, nonce } satisfies SolutionMessage);
  });
}
