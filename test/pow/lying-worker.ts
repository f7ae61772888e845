/** A worker of the pool that answers nonce 1, right or wrong, unless its kernel is node's. */
import { parentPort, workerData } from 'node:worker_threads';
import { createKernel } from '../../src/pow/kernel.js';
import type { PowWorkerData } from '../../src/pow/pow-worker.js';
import { searchJob, type JobMessage } from '../../src/pow/search-job.js';

const { kernel: source, place } = workerData as PowWorkerData;
const kernel = createKernel(source);
parentPort?.on('message', (job: JobMessage) => {
  const nonce = source.name === 'node' ? searchJob(kernel, job, place) : 1n;
  if (nonce !== undefined) parentPort?.postMessage({ jobId: job.jobId, nonce });
});
