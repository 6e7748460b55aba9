import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, waitUntil } from "kubernetes-sandbox/processes";
import { isListening } from "../database/port-open.ts";
import { progressPrinter, buildVersitygw } from "kubernetes-sandbox/tools";
import { toolCache } from "../../preview/tool-cache.ts";

export interface S3Server {
  /** http://127.0.0.1:PORT, for clients that address buckets by path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Folder of a bucket's objects, as files by key. */
  bucketFolder(bucket: string): string;
  /** The log of requests: one line with method, path and status each. */
  accessLog(): string;
  stop(): Promise<void>;
}

/** Stops the server when its standard input closes, so also when this process is killed. */
const supervisor = `"$@" </dev/null & server=$!; cat >/dev/null; kill $server; wait $server`;

/** A new S3 server on a free port of 127.0.0.1, with empty buckets of these names. It stops with this process. */
export async function startS3(buckets: readonly string[]): Promise<S3Server> {
  const program = await buildVersitygw(toolCache, progressPrinter());
  const folder = mkdtempSync(join(tmpdir(), "chatwoot-s3-"));
  const objects = join(folder, "objects");
  const sidecar = join(folder, "metadata");
  const accessLog = join(folder, "access.log");
  for (const each of [objects, sidecar, ...buckets.map((bucket) => join(objects, bucket))]) mkdirSync(each);
  const accessKeyId = `key${randomBytes(8).toString("hex")}`;
  const secretAccessKey = randomBytes(24).toString("hex");
  const port = await freePort();
  const options = ["--port", `127.0.0.1:${port}`, "--access-log", accessLog, "--quiet"];
  const log = openSync(join(folder, "log"), "w");
  const child = spawn(
    "/bin/sh",
    ["-c", supervisor, "s3", program, ...options, "posix", "--sidecar", sidecar, objects],
    {
      env: { PATH: process.env["PATH"], ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      stdio: ["pipe", log, log],
    },
  );
  closeSync(log);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin?.end();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil("s3", () => isListening(port), { limitMs: 30_000, everyMs: 50 });
  } catch (error) {
    const log = readFileSync(join(folder, "log"), "utf8");
    await stop();
    throw new Error(`${(error as Error).message} Its log:\n${log}`, { cause: error });
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    accessKeyId,
    secretAccessKey,
    bucketFolder: (bucket) => join(objects, bucket),
    accessLog: () => readFileSync(accessLog, "utf8"),
    stop,
  };
}
