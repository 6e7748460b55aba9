import { formatBytes } from "../lib/bytes.ts";
import type { Dump } from "./dumps.ts";
import { formatAge, type Freshness } from "./freshness.ts";
import type { BackupSource } from "./source.ts";

export function formatDumps(source: BackupSource, dumps: readonly Dump[], freshness: Freshness, now: Date): string {
  const { app, bucket, endpoint, prefix, keep } = source;
  const total = dumps.reduce((sum, { bytes }) => sum + bytes, 0);
  const complete = dumps.filter(({ manifest }) => manifest !== undefined).length;
  const lines = dumps.map(({ key, bytes, startedAt, manifest }) =>
    [
      `${startedAt.toISOString().slice(0, 16).replace("T", " ")}`,
      `${formatAge(now.getTime() - startedAt.getTime())} ago`.padStart(11),
      formatBytes(bytes).padStart(8),
      `${key.slice(prefix.length + 1)}${manifest === undefined ? "  incomplete" : ""}`,
    ].join("  "),
  );
  return [
    `${dumps.length === 1 ? "1 dump" : `${dumps.length} dumps`}, ${formatBytes(total)}, in ${bucket}/${prefix}`,
    `at ${endpoint}, by ${app}`,
    ...lines,
    ...(complete < dumps.length
      ? ["Incomplete: the dump has no manifest, because its run was killed or has not finished."]
      : []),
    ...(complete > keep
      ? [`${complete - keep} more than backup.keep (${keep}): the bucket's keys cannot delete dumps.`]
      : []),
    freshness.text,
  ].join("\n");
}
