import { readFaults, type ExecAnswer, type JobEnd } from "./faults.ts";
import type { Store } from "./store.ts";

interface Answers {
  readonly exec: ExecAnswer;
  readonly runs: JobEnd;
}

/** Responses from tests in `faults.json`, then in `exec.json` or `runs.json`. */
export function readAnswers<K extends keyof Answers>(store: Store, kind: K): readonly Answers[K][] {
  return [...((readFaults(store)[kind] ?? []) as Answers[K][]), ...store.readJson<Answers[K][]>(`${kind}.json`, [])];
}

/** The first matching response. */
export const execAnswer = (answers: readonly ExecAnswer[], app: string, command: string): ExecAnswer | undefined =>
  answers.find((each) => (each.app ?? app) === app && fits(each.match, command));

interface Command {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

export const jobEnds = (ends: readonly JobEnd[], { entrypoint = [], cmd = [] }: Command): JobEnd =>
  ends.find((each) => fits(each.match, [...entrypoint, ...cmd].join(" "))) ?? {};

const fits = (match: string | undefined, text: string): boolean => match === undefined || new RegExp(match).test(text);
