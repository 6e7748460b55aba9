import { z } from "zod";

/** What the script writes beside each dump, once it has arrived whole (components/fly/backup/script/). */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** Key of the dump. */
  dump: z.string(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  tables: z.number(),
  /** Version of the server that was dumped, and of the pg_dump that did it. */
  server: z.string(),
  pgDump: z.string(),
  /** The schema that the dump holds. */
  schema: z.string(),
  /** Chatwoot's newest migration. */
  schemaVersion: z.string(),
  databaseBytes: z.number(),
  extensions: z.array(z.object({ name: z.string(), schema: z.string(), version: z.string() })),
  image: z.string().optional(),
});

export type Manifest = z.output<typeof manifestSchema>;

export interface StoredObject {
  key: string;
  bytes: number;
}

/** A dump in the bucket. */
export interface Dump {
  key: string;
  bytes: number;
  startedAt: Date;
  /** Key of its manifest; undefined where it has none, because the run that made it did not come to its end. */
  manifest: string | undefined;
}

const dumpName = /\/chatwoot-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.dump$/;

/** The dumps among the objects of a bucket, newest first. Whatever else lies there does not count. */
export function dumpsIn(prefix: string, objects: readonly StoredObject[]): Dump[] {
  const keys = new Set(objects.map(({ key }) => key));
  return objects
    .flatMap(({ key, bytes }) => {
      const parts = dumpName.exec(key);
      if (parts === null || parts.index !== prefix.length || !key.startsWith(prefix)) return [];
      const [year, month, day, hour, minute, second] = parts.slice(1);
      const startedAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
      const manifest = key.replace(/dump$/, "json");
      return [{ key, bytes, startedAt, manifest: keys.has(manifest) ? manifest : undefined }];
    })
    .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}
