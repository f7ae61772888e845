/** The log of the running node: how much each subsystem writes. */
import { z } from 'zod';
import { LOG_LEVELS, SUBSYSTEMS } from '../../../util/log-levels.js';
import { method } from './method.js';
import { noParams } from './scalars.js';

const level = z.enum(LOG_LEVELS);
const subsystem = z.enum(SUBSYSTEMS);

const logState = z
  .object({
    levels: z.record(subsystem, level),
    addresses: z.boolean().describe('whether addresses and hosts are written whole at every level'),
  })
  .meta({ id: 'LogState' });
export type LogState = z.infer<typeof logState>;

export const logMethods = {
  'log.levels': method('How much each subsystem logs.', noParams, logState, ['not-available']),
  'log.setLevels': method(
    'Changes how much is logged, until the node stops; the settings stay as they are.',
    z.strictObject({
      level: level.optional().describe('for all subsystems'),
      subsystems: z.partialRecord(subsystem, level).optional().describe('for single ones'),
    }),
    logState,
    ['not-available'],
  ),
};
