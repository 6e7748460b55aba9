import { execa } from "execa";
import { processorSeconds } from "../processor-time.ts";
import type { Row } from "../row.ts";
import { summarize } from "../statistics.ts";

/** Time limits of the suite on two cores with its tools built, as in CONTRIBUTING.md. */
const suiteBudget = { wallSeconds: 600, processorSeconds: 1080, fastWallSeconds: 60 } as const;

/** Runs the fast tests and the whole suite once each, and compares their time with the budget. */
export async function measureSuite(progress: (text: string) => void): Promise<Row[]> {
  progress("the fast tests");
  const fast = await timed("test:fast");
  progress("the whole suite");
  const whole = await timed("test");
  const rows = [
    row("fast tests: wall time / budget", fast.wall, suiteBudget.fastWallSeconds),
    row("suite: wall time / budget", whole.wall, suiteBudget.wallSeconds),
  ];
  if (whole.processor === undefined) return rows;
  return [...rows, row("suite: processor time / budget", whole.processor, suiteBudget.processorSeconds)];
}

async function timed(script: string): Promise<{ wall: number; processor: number | undefined }> {
  const started = performance.now();
  const before = processorSeconds();
  await execa("npm", ["run", "--silent", script], { stdio: ["ignore", "ignore", "inherit"], timeout: 90 * 60_000 });
  const after = processorSeconds();
  return {
    wall: (performance.now() - started) / 1000,
    processor: before === undefined || after === undefined ? undefined : after - before,
  };
}

function row(measure: string, seconds: number, budget: number): Row {
  const underlying = `${Math.round(seconds)} s of ${budget} s`;
  return { measure, summary: summarize([seconds / budget]), unit: "ratio", goal: 1, underlying };
}
