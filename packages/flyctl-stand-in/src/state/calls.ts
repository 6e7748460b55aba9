import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Store } from "./store.ts";

/** One call of the stand-in, as a line of `calls.jsonl`. */
export interface CallRecord {
  readonly seq: number;
  readonly time: string;
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly cwd: string;
  readonly env: {
    readonly FLY_CONFIG_DIR: string | null;
    readonly FLY_APP: string | null;
    readonly FLY_ORG: string | null;
    readonly FLY_REGION: string | null;
    /** Whether a token is set; never the token itself. */
    readonly FLY_API_TOKEN: boolean;
    readonly FLY_ACCESS_TOKEN: boolean;
  };
  /** `null` while it stalls; stays `null` if it is killed then. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** Whether the command can change something at Fly.io. */
  readonly mutating: boolean;
  /** Whether it changed something. */
  readonly changed: boolean;
}

export const nextCallNumber = (store: Store): number => {
  const number = store.readJson<number>("sequence.json", 0) + 1;
  store.writeWhole("sequence.json", JSON.stringify(number));
  return number;
};

export function logCall(store: Store, record: CallRecord): void {
  appendFileSync(store.path("calls.jsonl"), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** All calls in order. A stalled call has two lines, of which the later one counts. */
export function readCalls(folder: string): readonly CallRecord[] {
  const file = `${folder}/calls.jsonl`;
  if (!existsSync(file)) return [];
  const records = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as CallRecord);
  return [...new Map(records.map((record) => [record.seq, record])).values()].sort((a, b) => a.seq - b.seq);
}

/** Arguments with tokens removed. */
export function withoutTokens(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) => {
    if (word.startsWith("--access-token=")) return "--access-token=[token]";
    const previous = argv[index - 1];
    return previous === "--access-token" || previous === "-t" ? "[token]" : word;
  });
}

export function selectedEnv(env: NodeJS.ProcessEnv): CallRecord["env"] {
  return {
    FLY_CONFIG_DIR: env.FLY_CONFIG_DIR ?? null,
    FLY_APP: env.FLY_APP ?? null,
    FLY_ORG: env.FLY_ORG ?? null,
    FLY_REGION: env.FLY_REGION ?? null,
    FLY_API_TOKEN: (env.FLY_API_TOKEN ?? "") !== "",
    FLY_ACCESS_TOKEN: (env.FLY_ACCESS_TOKEN ?? "") !== "",
  };
}
