import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { doubles } from "../../tests/support/doubles.ts";
import { program, stackEngine } from "../../tests/support/in-process.ts";
import { interleave } from "../interleave.ts";
import { milliseconds, type Row } from "../row.ts";
import { stackNames, succeed, type StackName } from "../sandbox.ts";
import { summarize } from "../statistics.ts";

const environments = 100;
const quarter = environments / 4;
const goalMs = 50;
/** Node compiles a function well only after it ran a while. */
const warmUps = 20;

/** A preview of a stack in this process, with providers that take everything; `number` makes the environment distinct. */
async function preview(stack: StackName, number: number): Promise<void> {
  const engine = stackEngine(stack, {
    providers: doubles,
    change({ settings }) {
      settings["account"] = `Account ${number}`;
      settings["url"] = `https://chat-${number}.example.com`;
    },
  });
  await succeed(`the preview of ${stack} in this process`, engine.preview(program));
}

export async function measureInProcess(runs: number): Promise<Row[]> {
  const sides = { staging: () => preview("staging", 0), prod: () => preview("prod", 0) };
  const measured = await interleave(runs, sides, warmUps);
  return stackNames.map((stack) => ({
    measure: `${stack}: preview in one process`,
    summary: summarize(measured[stack]),
    unit: "ms",
    goal: goalMs,
    underlying: `program and engine in one process, after ${warmUps} previews of each stack`,
  }));
}

/** A hundred environments, one after the other: the last quarter should take as long, and as much memory, as the first. */
export async function measureHundred(runs: number): Promise<Row[]> {
  for (let number = 0; number < warmUps; number++)
    await preview(stackNames[number % stackNames.length] as StackName, 0);
  const first: number[] = [];
  const last: number[] = [];
  const heapAtTen: number[] = [];
  const heapAtEnd: number[] = [];
  for (let run = 0; run < runs; run++) {
    const times: number[] = [];
    for (let number = 1; number <= environments; number++) {
      const begun = performance.now();
      await preview(stackNames[number % stackNames.length] as StackName, number);
      times.push(performance.now() - begun);
      if (number === 10) heapAtTen.push(heapMib());
    }
    heapAtEnd.push(heapMib());
    first.push(summarize(times.slice(0, quarter)).median);
    last.push(summarize(times.slice(-quarter)).median);
  }
  const mib = (values: readonly number[]): string => `${summarize(values).median.toFixed(1)} MiB`;
  return [
    {
      measure: "100 environments: last quarter / first",
      summary: summarize(last.map((value, run) => value / (first[run] as number))),
      unit: "ratio",
      goal: 1.15,
      underlying: `an environment in the last quarter ${milliseconds(last)}, in the first ${milliseconds(first)}`,
    },
    {
      measure: "100 environments: heap after 100 / after 10",
      summary: summarize(heapAtEnd.map((value, run) => value / (heapAtTen[run] as number))),
      unit: "ratio",
      goal: 1.15,
      underlying: `heap in use after 100 ${mib(heapAtEnd)}, after 10 ${mib(heapAtTen)}`,
    },
  ];
}

/** In use after a collection of garbage. */
function heapMib(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
