import { formatBytes } from "../lib/bytes.ts";
import type { Dump } from "./dumps.ts";
import { formatAge, type Freshness } from "./freshness.ts";
import type { BackupSource } from "./source.ts";

/** The dumps of a stack, as a person reads them. */
export function formatDumps(source: BackupSource, dumps: readonly Dump[], freshness: Freshness, now: Date): string {
  const { app, bucket, endpoint, prefix, keep } = source;
  const total = dumps.reduce((sum, { bytes }) => sum + bytes, 0);
  const complete = dumps.filter(({ manifest }) => manifest !== undefined).length;
  const lines = dumps.map(({ key, bytes, startedAt, manifest }) =>
    [
      `${startedAt.toISOString().slice(0, 16).replace("T", " ")}`,
      `${formatAge(now.getTime() - startedAt.getTime())} ago`.padStart(11),
      formatBytes(bytes).padStart(8),
      `${key.slice(prefix.length + 1)}${manifest === undefined ? "  unfit" : ""}`,
    ].join("  "),
  );
  return [
    `${dumps.length === 1 ? "1 dump" : `${dumps.length} dumps`}, ${formatBytes(total)}, in ${bucket}/${prefix}`,
    `at ${endpoint}, by ${app}`,
    ...lines,
    ...(complete < dumps.length ? ["Unfit: it has no manifest, because its run was killed or is still going on."] : []),
    ...(complete > keep ? [`${complete - keep} more than the ${keep} that are kept: the keys may not delete.`] : []),
    freshness.text,
  ].join("\n");
}
