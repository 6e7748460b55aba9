import { z } from "zod";

/** Written by the script next to each complete dump (components/fly/backup/script/). */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** Key of the dump. */
  dump: z.string(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  tables: z.number(),
  /** Version of the dumped server. */
  server: z.string(),
  pgDump: z.string(),
  /** Schema in the dump. */
  schema: z.string(),
  /** Newest migration of Chatwoot. */
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

export interface Dump {
  key: string;
  bytes: number;
  startedAt: Date;
  /** Key of the manifest; undefined if the run did not finish. */
  manifest: string | undefined;
}

const dumpName = /\/chatwoot-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.dump$/;

/** The dumps among the objects of a bucket, newest first; other objects are ignored. */
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
