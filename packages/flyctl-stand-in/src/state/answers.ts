import { readFaults } from "./faults.ts";
import type { Store } from "./store.ts";

/** What a command answers when it is run by `machine exec`. */
export interface ExecAnswer {
  /** A regular expression on the command. Nothing given: every command. */
  readonly match?: string;
  /** Only on machines of this app. */
  readonly app?: string;
  /** 0 by default. flyctl itself ends with 0 whatever this is. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** How long it seems to take, for `--timeout`. Nobody waits. */
  readonly seconds?: number;
}

/** How the command of a job ends: one that has a schedule, or is not restarted. */
export interface JobEnd {
  /** A regular expression on the entrypoint and the command, joined by blanks. Nothing given: every job. */
  readonly match?: string;
  /** 0 by default. */
  readonly exitCode?: number;
  /** What it writes. */
  readonly logs?: readonly string[];
  /** It is still running when everything is over. */
  readonly keepsRunning?: boolean;
}

interface Answers {
  readonly exec: ExecAnswer;
  readonly runs: JobEnd;
}

/** What tests laid down in `faults.json`, and after it in `exec.json` or `runs.json`. */
export function readAnswers<K extends keyof Answers>(store: Store, kind: K): readonly Answers[K][] {
  return [...((readFaults(store)[kind] ?? []) as Answers[K][]), ...store.readJson<Answers[K][]>(`${kind}.json`, [])];
}

/** The first answer that fits. */
export const execAnswer = (answers: readonly ExecAnswer[], app: string, command: string): ExecAnswer | undefined =>
  answers.find((each) => (each.app ?? app) === app && fits(each.match, command));

interface Command {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

export const jobEnds = (ends: readonly JobEnd[], { entrypoint = [], cmd = [] }: Command): JobEnd =>
  ends.find((each) => fits(each.match, [...entrypoint, ...cmd].join(" "))) ?? {};

const fits = (match: string | undefined, text: string): boolean => match === undefined || new RegExp(match).test(text);
