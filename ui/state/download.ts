/** Gives the person a file that the page made. */

/** A file's address may be forgotten when the browser has begun to save it. */
const KEPT_MS = 60_000;

export function downloadBytes(
  name: string,
  bytes: BlobPart,
  type = 'application/octet-stream',
): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

/** @throws DOMException when the text is no base64. */
export function downloadBase64(name: string, base64: string): void {
  const binary = atob(base64);
  downloadBytes(
    name,
    Uint8Array.from(binary, (character) => character.charCodeAt(0)),
  );
}
