import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "kubernetes-sandbox/processes";
import { isListening } from "./port-open.ts";
import { programs, type ProgramOptions } from "./programs.ts";
import { newServer, handOver } from "./server-process.ts";

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly password: string;
  /** Folder for PATH with redis-cli. */
  readonly binFolder: string;
  stop(): Promise<void>;
}

export interface RedisOptions extends ProgramOptions {
  /** Default: a random one. */
  readonly password?: string;
  /** Use an append-only file, as a Redis with persistent jobs does. Default: false. */
  readonly appendOnly?: boolean;
  /** More settings by name. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A new, empty Redis on a free port of 127.0.0.1. It stops at the latest with this process. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { appendOnly = false, password = randomBytes(18).toString("base64url") } = options;
  const { binFolder } = await programs("redis", options);
  const server = newServer("redis");
  try {
    const port = await freePort();
    const settings = join(server.folder, "redis.conf");
    const lines = [
      `port ${port}`,
      "bind 127.0.0.1",
      `requirepass ${JSON.stringify(password)}`,
      'save ""',
      `appendonly ${appendOnly ? "yes" : "no"}`,
      `dir ${server.folder}`,
      ...Object.entries(options.settings ?? {}).map(([name, value]) => `${name} ${value}`),
    ];
    writeFileSync(settings, `${lines.join("\n")}\n`, { mode: 0o600 });
    handOver(server, settings);
    await server.start([join(binFolder, "redis-server"), settings], {
      stopSignal: "TERM",
      isReady: () => isListening(port),
    });
    return {
      url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`,
      port,
      password,
      binFolder,
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
