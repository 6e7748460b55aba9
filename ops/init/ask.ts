import { createInterface } from "node:readline/promises";
import { StepProblem } from "../../lib/problem.ts";
import type { Answers, Question } from "./questions.ts";

/** Answers a question from its flag, from the operator, or by its proposal. */
export type Ask = (question: Question, answers: Answers) => Promise<string>;

/** Where questions are printed and answered. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

/** The process's terminal; undefined without a person at it. */
const ownTerminal = (): Terminal | undefined =>
  process.stdin.isTTY === true && process.stderr.isTTY === true
    ? { input: process.stdin, output: process.stderr }
    : undefined;

/** Runs `work` with a way to ask. Answers in `given` are not asked for. */
export async function withQuestions<T>(
  given: Answers,
  work: (ask: Ask) => Promise<T>,
  terminal = ownTerminal(),
): Promise<T> {
  const reader = terminal && createInterface(terminal);
  const closed = new AbortController();
  reader?.once("close", () => closed.abort());
  const open = reader && { ...terminal, read: (text: string) => reader.question(text, { signal: closed.signal }) };
  try {
    return await work((question, answers) => answer(question, given, answers, open));
  } catch (error) {
    // Ctrl-C, Ctrl-D, or a closed terminal.
    if ((error as Error).name !== "AbortError") throw error;
    throw new StepProblem("init", "stopped before the last answer, so nothing was written", "Repeat the command");
  } finally {
    reader?.close();
  }
}

async function answer(
  question: Question,
  given: Answers,
  answers: Answers,
  terminal: (Terminal & { read: (text: string) => Promise<string> }) | undefined,
): Promise<string> {
  const { name, ask } = question;
  const flag = given[name];
  const proposal = question.proposal?.(answers);
  if (flag !== undefined || terminal === undefined) {
    const value = flag ?? proposal;
    if (value === undefined)
      throw new StepProblem(`--${name}`, "is missing, and there is no terminal to ask", `Pass --${name}: ${ask}`);
    const problem = problemOf(question, value);
    if (problem !== undefined) throw new StepProblem(`--${name}`, problem.problem, problem.fix);
    return value.trim();
  }
  for (;;) {
    const value = (await terminal.read(`${ask}${proposal ? ` (${proposal})` : ""}: `)).trim() || proposal;
    const problem = value === undefined ? { problem: "is empty", fix: "Write one" } : problemOf(question, value);
    if (problem === undefined) return value as string;
    terminal.output.write(`  ${ask}: ${problem.problem}. ${problem.fix}.\n`);
  }
}

/** The schema's message, "problem. Fix". */
function problemOf({ schema }: Question, value: string): { problem: string; fix: string } | undefined {
  const result = schema.safeParse(value);
  if (result.success) return undefined;
  const [problem = "", ...fix] = (result.error.issues[0]?.message ?? "").split(". ");
  return { problem: `${JSON.stringify(value)} ${problem}`, fix: fix.join(". ") };
}
