/** What the operating system and the probe tell of the measured node. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LoopLine } from './loop-probe.js';

const BYTES_PER_KB = 1_024;

export interface ProcessSample {
  /** Since the load began. */
  readonly minute: number;
  readonly memoryMb: number;
  readonly heapMb: number;
  /** Open files, sockets included. */
  readonly handles: number;
  readonly loopP50Ms: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Both databases with their logs. */
  readonly databaseMb: number;
  readonly mailDatabaseMb: number;
}

/** Linux: /proc tells the memory and the handles of another process. */
export function sampleProcess(
  pid: number,
  files: { dataDir: string; probeFile: string },
  minute: number,
): ProcessSample | undefined {
  const loop = lastLine(files.probeFile);
  if (loop === undefined) return undefined;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mail = databaseBytes(files.dataDir, 'mail.db');
  return {
    minute,
    memoryMb: (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * BYTES_PER_KB) / 1e6,
    heapMb: loop.heapBytes / 1e6,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    loopP50Ms: loop.p50Ms,
    loopP99Ms: loop.p99Ms,
    loopMaxMs: loop.maxMs,
    databaseMb: (mail + databaseBytes(files.dataDir, 'network.db')) / 1e6,
    mailDatabaseMb: mail / 1e6,
  };
}

function lastLine(file: string): LoopLine | undefined {
  if (!existsSync(file)) return undefined;
  const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
  return line ? (JSON.parse(line) as LoopLine) : undefined;
}

function databaseBytes(dataDir: string, name: string): number {
  return ['', '-wal']
    .map((ending) => join(dataDir, name + ending))
    .reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);
}
