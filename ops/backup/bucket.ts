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
    "has no space for the dump",
    "Free space or set TMPDIR to a folder on another disk, and run the command again",
  );
}

const connectMs = 15_000;
/** Limit without data, not for the whole download: a large dump takes long. */
const silenceMs = 120_000;
const manifestLimitBytes = 1024 * 1024;

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
      // Some stores reject the checksums of newer clients; the download is verified against the manifest.
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
      throw new StepProblem(
        `manifest ${key}`,
        "does not match the format of this version",
        "Choose another dump with --key",
      );
    }
  }

  /** Writes an object to a new file that only this user can read. */
  async download(key: string, file: string, signal: AbortSignal): Promise<void> {
    await this.#told(async () => {
      const wanted = new GetObjectCommand({ Bucket: this.#source.bucket, Key: key });
      const { Body } = await this.#client.send(wanted, { abortSignal: signal });
      await pipeline(Body as Readable, createWriteStream(file, { mode: 0o600, flags: "wx" }), { signal });
    });
  }

  /** The store's messages contain signatures, never keys. */
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
        "Check the bucket and the secrets chatwoot:backupAccessKeyId and chatwoot:backupSecretAccessKey",
      );
    }
  }
}
