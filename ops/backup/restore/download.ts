import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { StepProblem } from "../../../lib/problem.ts";
import { diskFull, type Bucket } from "../bucket.ts";
import type { Manifest } from "../dumps.ts";

/** Downloads a dump and verifies its size and checksum. */
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
  const problem =
    bytes !== manifest.bytes
      ? `has ${bytes} bytes in the bucket, but ${manifest.bytes} in its manifest`
      : hash.digest("hex") !== manifest.sha256
        ? "does not match the checksum in its manifest"
        : undefined;
  if (problem !== undefined)
    throw new StepProblem(
      `dump ${manifest.dump}`,
      problem,
      "Choose another dump with --key; the target was not changed",
    );
}
