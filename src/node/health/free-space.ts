/** How much room a disk has. */
import { statfs } from 'node:fs/promises';

/** Bytes that an ordinary user can still write to the disk of that directory; undefined when unknown. */
export async function freeBytesAt(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return undefined; // A file system that does not tell: writing will show.
  }
}
