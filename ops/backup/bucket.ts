import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { StepProblem } from "../../lib/problem.ts";
import { dumpsIn, manifestSchema, type Dump, type Manifest, type StoredObject } from "./dumps.ts";
import type { BucketKeys } from "./keys.ts";
import type { BackupSource } from "./source.ts";

export function diskFull(folder: string): StepProblem {
  return new StepProblem(
    `disk of ${folder}`,
    "has no room for the dump",
    "Make room, or name a folder on another disk by TMPDIR, and run the command again",
  );
}

const connectMs = 15_000;
/** Of silence, not of the whole: a large dump takes its time. */
const silenceMs = 120_000;
const manifestLimitBytes = 1024 * 1024;

/** The bucket with a stack's dumps, to read. */
export class Bucket {
  readonly #source: BackupSource;
  readonly #client: S3Client;

  constructor(source: BackupSource, keys: BucketKeys) {
    this.#source = source;
    this.#client = new S3Client({
      endpoint: source.endpoint,
      region: source.region,
      forcePathStyle: source.forcePathStyle,
      credentials: keys,
      // Some stores refuse the checksums that newer clients add; the manifest has the one that counts.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { connectionTimeout: connectMs, requestTimeout: silenceMs, socketTimeout: silenceMs },
    });
  }

  async dumps(): Promise<Dump[]> {
    const { bucket, prefix } = this.#source;
    const objects: StoredObject[] = [];
    await this.#told(async () => {
      const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: `${prefix}/chatwoot-` });
      for await (const { Contents = [] } of pages)
        for (const { Key, Size } of Contents) if (Key !== undefined) objects.push({ key: Key, bytes: Size ?? 0 });
    });
    return dumpsIn(prefix, objects);
  }

  async manifest(key: string): Promise<Manifest> {
    const text = await this.#told(async () => {
      const { Body, ContentLength = 0 } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#source.bucket, Key: key }),
      );
      return ContentLength > manifestLimitBytes ? "" : ((await Body?.transformToString()) ?? "");
    });
    try {
      return manifestSchema.parse(JSON.parse(text));
    } catch {
      throw new StepProblem(`manifest ${key}`, "is not one that this version writes", "Choose another dump by --key");
    }
  }

  /** Writes an object to a file, which must not exist yet and is readable by this user alone. */
  async download(key: string, file: string, signal: AbortSignal): Promise<void> {
    await this.#told(async () => {
      const wanted = new GetObjectCommand({ Bucket: this.#source.bucket, Key: key });
      const { Body } = await this.#client.send(wanted, { abortSignal: signal });
      await pipeline(Body as Readable, createWriteStream(file, { mode: 0o600, flags: "wx" }), { signal });
    });
  }

  /** The store's own words hold no keys: they are signatures only. */
  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StepProblem) throw error;
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw diskFull(tmpdir());
      const { bucket, endpoint } = this.#source;
      const what = error instanceof S3ServiceException ? `${error.name}: ${error.message}` : (error as Error).message;
      throw new StepProblem(
        `bucket ${bucket} at ${endpoint}`,
        `cannot be read: ${what.trim() || "no answer"}`,
        "Check the bucket, and the secrets backupAccessKeyId and backupSecretAccessKey",
      );
    }
  }
}
