import { execa } from "execa";
import { StepProblem } from "../../../lib/problem.ts";

const limitMs = 10 * 60_000;

export interface Contents {
  /** For `pg_restore --use-list`. */
  useList: string;
  /** Entries that are not restored, as listed by pg_restore. */
  leftOut: string[];
}

/** Only their owner, a superuser or the provider, can restore these; missing ones are created beforehand. */
const targetsOwn = /^\d+; \d+ \d+ (?:COMMENT - )?(SCHEMA|EXTENSION) -? ?(.*)$/;

function selectEntries(list: string): Contents {
  const lines = list.split("\n").filter((line) => /^\d+; /.test(line));
  const leftOut = lines.filter((line) => targetsOwn.test(line));
  return {
    useList: `${lines.filter((line) => !targetsOwn.test(line)).join("\n")}\n`,
    leftOut: leftOut.map((line) => line.replace(/^\d+; \d+ \d+ /, "")),
  };
}

export async function readContents(file: string): Promise<Contents> {
  const result = await execa("pg_restore", ["--list", file], {
    reject: false,
    stdin: "ignore",
    timeout: limitMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!result.failed) return selectEntries(result.stdout);
  throw new StepProblem(
    "pg_restore --list",
    `cannot read the dump: ${result.stderr.trim()}`,
    "Choose another dump with --key",
  );
}
