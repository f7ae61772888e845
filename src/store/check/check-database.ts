/** Looks for damage: SQLite's own checks, and what Petrel's programs rely on. Changes nothing. */
import type { Connection, DatabaseRole } from '../connection.js';
import { isDamage } from '../database-errors.js';
import { errorText } from '../../util/errors.js';
import { checkSchema } from '../migrate.js';
import { MIGRATIONS } from '../migrations/by-role.js';
import { missingParts } from './schema-parts.js';

/** Findings of one check; damage at one place is often found many times. */
const MAX_FINDINGS = 20;

export interface CheckResult {
  readonly schema: number;
  readonly pages: number;
  readonly bytes: number;
  /** One line each; none when all is well. */
  readonly findings: readonly string[];
}

/** A statement that finds rows which must not be there: each gives a `place`. */
interface Rule {
  readonly role: DatabaseRole;
  /** First schema that has what the statement reads. */
  readonly since: number;
  readonly finding: string;
  readonly sql: string;
}

const RULES: readonly Rule[] = [
  {
    role: 'mail',
    since: 1,
    finding: 'the position in the feed of objects is missing',
    sql: `SELECT 'row ' || 1 AS place WHERE (SELECT count(*) FROM feed_position) <> 1`,
  },
  {
    role: 'mail',
    since: 1,
    finding: 'a received message is in no folder',
    sql: `SELECT 'row ' || id AS place FROM inbox WHERE folder NOT IN ('inbox', 'trash')`,
  },
  {
    role: 'mail',
    since: 1,
    finding: 'a sent message is in no folder',
    sql: `SELECT 'row ' || id AS place FROM sent WHERE folder NOT IN ('sent', 'trash')`,
  },
  {
    role: 'mail',
    since: 1,
    finding: 'a key of an identity has not 32 bytes',
    sql: `SELECT address AS place FROM identity
      WHERE length(signing_key) <> 32 OR length(encryption_key) <> 32`,
  },
  {
    role: 'mail',
    since: 1,
    finding: 'an object to be published has no hash of 32 bytes',
    sql: `SELECT 'row ' || id AS place FROM outgoing WHERE length(hash) <> 32`,
  },
  {
    role: 'mail',
    since: 3,
    finding: 'a message belongs to no conversation',
    sql: `SELECT 'inbox, row ' || id AS place FROM inbox WHERE length(thread) = 0
      UNION ALL SELECT 'sent, row ' || id FROM sent WHERE length(thread) = 0`,
  },
  {
    role: 'mail',
    since: 3,
    finding: 'a label of state is missing: the index of words cannot be kept up',
    sql: `SELECT 'search_purge' AS place WHERE (SELECT count(*) FROM search_purge) <> 1`,
  },
];

/** @throws UserError for a newer schema; SQLite's error for a file that it cannot read at all */
export function checkDatabase(connection: Connection): CheckResult {
  const { role } = connection;
  const schema = checkSchema(connection, MIGRATIONS[role]);
  const pages = Number(connection.pragma('page_count')[0]);
  const bytes = pages * Number(connection.pragma('page_size')[0]);
  const findings = integrity(connection);
  if (findings.length === 0) {
    findings.push(...missingParts(connection, schema), ...foreignKeys(connection));
  }
  // What follows reads tables by their columns: pointless when those are not there.
  if (findings.length === 0) findings.push(...brokenRules(connection, schema));
  return { schema, pages, bytes, findings };
}

function integrity(connection: Connection): string[] {
  let lines: string[];
  try {
    lines = connection.pragma(`integrity_check(${MAX_FINDINGS})`).map(String);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [errorText(error)];
  }
  return lines.filter((line) => line !== 'ok').map((line) => line.replace(/\s+/g, ' '));
}

function foreignKeys(connection: Connection): string[] {
  return connection
    .pragma('foreign_key_check')
    .slice(0, MAX_FINDINGS)
    .map((table) => `a row of ${String(table)} refers to one that is missing`);
}

function brokenRules(connection: Connection, schema: number): string[] {
  return RULES.filter(({ role, since }) => role === connection.role && since <= schema).flatMap(
    ({ finding, sql }) => {
      const rows = connection
        .prepare<{ place: string }>(`SELECT * FROM (${sql}) LIMIT ${MAX_FINDINGS}`)
        .all();
      return rows.map(({ place }) => `${finding} (${place})`);
    },
  );
}
