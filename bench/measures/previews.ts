import { memoryState } from "pulumi-embedded-engine";
import { interleave } from "../interleave.ts";
import { pairRow, type Row } from "../row.ts";
import { succeed, type BenchSandbox } from "../sandbox.ts";
import type { PreparedStack } from "../../sandbox/cli/prepare.ts";

export interface Context {
  sandbox: BenchSandbox;
  runs: number;
}

/** For a deployed stack: a first and an unchanged preview against the empty program's; `up` against the preview. */
export async function measurePreviews({ sandbox, runs }: Context, stack: PreparedStack): Promise<Row[]> {
  const { name } = stack;
  const measured = await interleave(runs, {
    empty: async () => void (await succeed("preview of the empty program", sandbox.emptyEngine(stack).preview())),
    first: async () =>
      void (await succeed(
        `first preview of ${name}`,
        (await sandbox.engine(stack, { state: memoryState() })).preview(),
      )),
    unchanged: async () => void (await succeed(`preview of ${name}`, (await sandbox.engine(stack)).preview())),
    up: async () => {
      const { changes } = await succeed(`up of ${name}`, (await sandbox.engine(stack)).up());
      const changed = Object.keys(changes).filter((op) => op !== "same");
      if (changed.length > 0) throw new Error(`up of ${name}: expected no changes, but changed ${changed.join(", ")}`);
    },
  });
  const { empty, first, unchanged, up } = measured;
  return [
    pairRow({
      measure: `${name}: preview, deployed / empty program`,
      goal: 1.15,
      names: ["preview", "empty"],
      subject: unchanged,
      base: empty,
    }),
    pairRow({
      measure: `${name}: preview, nothing there / empty program`,
      goal: 1.15,
      names: ["preview", "empty"],
      subject: first,
      base: empty,
    }),
    pairRow({
      measure: `${name}: up without changes / preview`,
      names: ["up", "preview"],
      subject: up,
      base: unchanged,
    }),
  ];
}
