/** A worker of the pool that dies after three blocks of trials, whatever the job. */
import { parentPort, workerData } from 'node:worker_threads';
import { createKernel } from '../../src/pow/kernel.js';
import type { PowWorkerData } from '../../src/pow/pow-worker.js';
import { searchJob, type JobMessage } from '../../src/pow/search-job.js';

const { kernel: source, place } = workerData as PowWorkerData;
const kernel = createKernel(source);
let blocks = 0;
parentPort?.on('message', (job: JobMessage) => {
  const dying = {
    ...kernel,
    search(start: bigint, count: number, target: bigint): bigint {
      if (++blocks > 3) throw new Error('worker dies for a test');
      return kernel.search(start, count, target);
    },
  };
  const nonce = searchJob(dying, job, place);
  if (nonce !== undefined) parentPort?.postMessage({ jobId: job.jobId, nonce });
});
