/*
 * Prints ratios. The two sides of each pair are measured in one run, in turn, several times. Options of
 * `npm run bench --`: `--quick` for three rounds, `--runs N` for N rounds, `--only PART` for one part.
 * docs/performance.md explains each row.
 */
import { availableParallelism } from "node:os";
import { measureFlyChain } from "./measures/fly-chain.ts";
import { measureHundred, measureInProcess } from "./measures/in-process.ts";
import { measureKubernetesChain } from "./measures/kubernetes-chain.ts";
import { measurePreviews } from "./measures/previews.ts";
import { measureSuite } from "./measures/suite.ts";
import { benchOptions, type Part } from "./options.ts";
import type { Row } from "./row.ts";
import { openSandbox, stackNames, succeed } from "./sandbox.ts";
import { renderTable } from "./table.ts";

const progress = (text: string): void => console.error(`… ${text}`);

async function main(): Promise<void> {
  const { runs, only } = benchOptions(process.argv.slice(2));
  // The suite takes as long as everything else together, and starts its own sandboxes.
  if (only === "suite") return print(await measureSuite(progress), 1);
  const sandbox = await openSandbox();
  const rows: Row[] = [];
  const measure = async (what: string, work: () => Promise<Row[]>): Promise<void> => {
    progress(what);
    rows.push(...(await work()));
  };
  try {
    const wanted = (part: Part): boolean => only === undefined || only === part;
    if (wanted("in-process")) {
      await measure("previews in one process", () => measureInProcess(runs));
      await measure("100 environments in one process", () => measureHundred(runs));
    }
    if (wanted("fly")) await measure("new staging, 1 s per call", () => measureFlyChain({ sandbox, runs }));
    if (wanted("kubernetes")) {
      const prod = await sandbox.stack("prod");
      await measure("new prod, pods ready after 1 s", () => measureKubernetesChain({ sandbox, runs }, prod));
    }
    if (wanted("previews"))
      for (const name of stackNames) {
        const stack = await sandbox.stack(name);
        await succeed(`up of ${name}`, (await sandbox.engine(stack)).up());
        await measure(`previews of ${name}`, () => measurePreviews({ sandbox, runs }, stack));
      }
  } finally {
    await sandbox.remove();
  }
  print(rows, runs);
}

function print(rows: readonly Row[], runs: number): void {
  const cores = availableParallelism();
  console.log(`\nNode ${process.versions.node}, ${process.platform} ${process.arch}, ${cores} cores, ${runs} runs\n`);
  console.log(renderTable(rows));
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
