/** manifest.json, the last file in a backup: what is in it, with checksums. */
import { z } from 'zod';

export const MANIFEST_NAME = 'manifest.json';
/** A manifest is some hundred bytes. */
export const MAX_MANIFEST_BYTES = 65_536;

/** What a backup may hold, in this order. */
export const FILE_NAMES = [
  'settings.ini',
  'pybitmessage-settings.ini',
  'mail.db',
  'network.db',
] as const;
export type BackupFileName = (typeof FILE_NAMES)[number];

/** The second is what `petrel import` put aside of a PyBitmessage's settings. */
export const SETTINGS_NAMES = ['settings.ini', 'pybitmessage-settings.ini'] as const;

export const DATABASE_ROLES = { 'mail.db': 'mail', 'network.db': 'network' } as const;

const file = z.object({
  name: z.enum(FILE_NAMES),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Version of the schema; of databases only. */
  schema: z.number().int().positive().optional(),
  /** Rows by what they are; of databases only. */
  counts: z.record(z.string(), z.number().int().nonnegative()).optional(),
});

const manifest = z.object({
  /** Of this description. */
  format: z.literal(1),
  /** Version of the Petrel that made it. */
  petrel: z.string(),
  /** ISO 8601 in UTC. */
  created: z.iso.datetime(),
  files: z.array(file).min(1),
});

export type ManifestFile = z.infer<typeof file>;
export type Manifest = z.infer<typeof manifest>;

export function encodeManifest(value: Manifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`, 'utf8');
}

/** Undefined when it is none. */
export function decodeManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return manifest.safeParse(value).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
