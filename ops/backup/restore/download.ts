import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { StepProblem } from "../../../lib/problem.ts";
import { diskFull, type Bucket } from "../bucket.ts";
import type { Manifest } from "../dumps.ts";

/** Brings a dump here and proves that it is the one that was made. */
export async function download(bucket: Bucket, manifest: Manifest, file: string, signal: AbortSignal): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  if (bavail * bsize < manifest.bytes) throw diskFull(dirname(dirname(file)));
  await bucket.download(manifest.dump, file, signal);
  const hash = createHash("sha256");
  let bytes = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  const wrong =
    bytes !== manifest.bytes
      ? `has ${bytes} bytes in the bucket, and its manifest says ${manifest.bytes}`
      : hash.digest("hex") !== manifest.sha256
        ? "is not what its manifest says: the checksums differ"
        : undefined;
  if (wrong !== undefined)
    throw new StepProblem(`dump ${manifest.dump}`, wrong, "Choose another by --key; nothing was changed in the target");
}
