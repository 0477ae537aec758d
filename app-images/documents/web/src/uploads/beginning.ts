// What the beginning of a file hashes to, as the server compares it before an upload goes on: a file can change and keep its
// name, size and time.

/** What is hashed by itself, in bytes, so that no more has to be held in memory. */
const BLOCK = 8 * 2 ** 20;
/** The bytes of a SHA-256. */
const DIGEST = 32;

/** In hexadecimal; nothing where a browser does not hash, which is a page that came from another machine without TLS. */
export async function digestOfBeginning(file: File, bytes: number): Promise<string | undefined> {
  if (!globalThis.isSecureContext) return undefined;
  const digests = new Uint8Array(DIGEST * Math.ceil(bytes / BLOCK));
  for (let at = 0; at < bytes; at += BLOCK) {
    const block = new Uint8Array(await file.slice(at, Math.min(at + BLOCK, bytes)).arrayBuffer());
    digests.set(await sha256(block), (at / BLOCK) * DIGEST);
  }
  return Array.from(await sha256(digests), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
