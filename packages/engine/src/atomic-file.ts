import { open, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file's content so that a reader, or a run after a power cut, sees the old content or the new, never a
 * part. Only the owner can read it.
 */
export async function writeFileAtomically(file: string, content: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the rename durable; not every file system can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The content is still safe; a power failure could only lose the rename.
  }
}
