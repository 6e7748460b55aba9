import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { doubles } from "../../tests/helpers/doubles.ts";
import { program, stackEngine } from "../../tests/helpers/in-process.ts";
import { interleave } from "../interleave.ts";
import { milliseconds, type Row } from "../row.ts";
import { stackNames, succeed, type StackName } from "../sandbox.ts";
import { summarize } from "../statistics.ts";

/** Environments of each stack. */
const environments = 100;
const goalMs = 50;
/** Rounds before Node has optimized the functions. */
const warmUps = 20;

/** A preview in this process, with providers that accept everything; `number` makes the environment distinct. */
async function preview(stack: StackName, number: number): Promise<void> {
  const engine = stackEngine(stack, {
    providers: doubles,
    change({ settings }) {
      settings["account"] = `Account ${number}`;
      settings["url"] = `https://chat-${number}.example.com`;
    },
  });
  await succeed(`preview of ${stack} in one process`, engine.preview(program));
}

export async function measureInProcess(runs: number): Promise<Row[]> {
  const processor: Record<StackName, number[]> = { staging: [], prod: [] };
  const side = (stack: StackName) => async (): Promise<void> => {
    const before = process.cpuUsage();
    await preview(stack, 0);
    const { user, system } = process.cpuUsage(before);
    processor[stack].push((user + system) / 1000);
  };
  const sides = { staging: side("staging"), prod: side("prod") };
  const measured = await interleave(runs, sides, warmUps);
  return stackNames.map((stack) => ({
    measure: `${stack}: preview in one process`,
    summary: summarize(measured[stack]),
    unit: "ms",
    goal: goalMs,
    underlying: `processor time of all threads ${milliseconds(processor[stack].slice(warmUps))}`,
  }));
}

/** A hundred environments in sequence: the last quarter must take as long, and as much memory, as the first. */
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
    const pairs = stackPairs(times);
    const quarter = Math.floor(pairs.length / 4);
    first.push(summarize(pairs.slice(0, quarter)).median);
    last.push(summarize(pairs.slice(-quarter)).median);
  }
  const mib = (values: readonly number[]): string => `${summarize(values).median.toFixed(1)} MiB`;
  return [
    {
      measure: "100 environments: last quarter / first",
      summary: summarize(last.map((value, run) => value / (first[run] as number))),
      unit: "ratio",
      goal: 1.15,
      underlying: `one staging and one prod: last quarter ${milliseconds(last)}, first quarter ${milliseconds(first)}`,
    },
    {
      measure: "100 environments: heap after 100 / after 10",
      summary: summarize(heapAtEnd.map((value, run) => value / (heapAtTen[run] as number))),
      unit: "ratio",
      goal: 1.15,
      underlying: `heap after 100 ${mib(heapAtEnd)}, after 10 ${mib(heapAtTen)}`,
    },
  ];
}

/** Adds each prod to the staging after it, because the stacks alternate and take different times. */
function stackPairs(times: readonly number[]): number[] {
  return times.flatMap((time, index) => (index % 2 === 0 ? [] : [time + (times[index - 1] as number)]));
}

/** The heap in use after garbage collection. */
function heapMib(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
