/** What became of the last scheduled backup: a small file in the data directory, for people and checks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../node/settings/atomic-write.js';

const FILE_NAME = 'backup-state.json';

const state = z.object({
  success: z
    .object({
      /** Unix milliseconds. */
      timeMs: z.number(),
      path: z.string(),
      bytes: z.number(),
      tookMs: z.number(),
    })
    .optional(),
  /** Since the last success; a success removes it. */
  failure: z.object({ timeMs: z.number(), error: z.string() }).optional(),
});

export type ScheduleState = z.infer<typeof state>;

/** Empty when there is no such file, or it holds something else: it is rewritten at the next backup. */
export function readScheduleState(dataDir: string): ScheduleState {
  try {
    const value: unknown = JSON.parse(readFileSync(join(dataDir, FILE_NAME), 'utf8'));
    return state.safeParse(value).data ?? {};
  } catch {
    return {}; // No backup yet.
  }
}

/** @throws the file system's error */
export function writeScheduleState(dataDir: string, value: ScheduleState): void {
  writeFileAtomically(join(dataDir, FILE_NAME), Buffer.from(`${JSON.stringify(value)}\n`, 'utf8'));
}
