// The embedded engine as the `pulumi` that `npm run ops` calls. Started by `npm run sandbox -- ops`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedEngine } from "../cli/embedded.ts";
import { withFacts } from "../cli/facts.ts";
import { sandboxFolders } from "../cli/folders.ts";
import { prepareStack } from "../cli/prepare.ts";
import { createTerminal } from "../cli/terminal.ts";
import { cancelOnSignals } from "pulumi-embedded-engine";
import { progressPrinter } from "kubernetes-sandbox/tools";
import { previewDigest } from "./digest.ts";
import { deployedVariable } from "./pulumi.ts";
import { set } from "./settings.ts";
import { readWords, type Asked } from "./words.ts";

const folders = sandboxFolders();

async function carryOut(asked: Asked): Promise<number> {
  const { stack } = asked;
  switch (asked.command) {
    case "config set":
      await set(folders.settings(stack), asked.key, asked.value, asked.isPath);
      return 0;
    case "stack export":
      process.stdout.write(readFileSync(folders.state(stack), "utf8"));
      return 0;
    case "refresh":
      return deploy({ ...asked, json: false });
    default:
      return deploy(asked);
  }
}

type Run = Extract<Asked, { replace: unknown }> | (Extract<Asked, { command: "refresh" }> & { json: false });

async function deploy({ command, stack, json, ...flags }: Run): Promise<number> {
  const cancellation = cancelOnSignals(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), "sandbox-pulumi-"));
  const eventsFile = json ? join(folder, "events.jsonl") : undefined;
  try {
    const prepared = await prepareStack(stack, folders, progressPrinter(), cancellation.signal);
    const engine = embeddedEngine(folders, createTerminal(json ? process.stderr : process.stdout));
    const options = { signal: cancellation.signal, diff: false, eventsFile, ...flags };
    const work = () => engine[command](prepared, options);
    const { ok, exitCode } = await withFacts(command === "up" ? prepared.facts : undefined, progressPrinter(), work);
    if (ok && command === "up") await tellDeployed();
    if (ok && eventsFile !== undefined) console.log(previewDigest(readFileSync(eventsFile, "utf8")));
    return exitCode;
  } finally {
    cancellation.dispose();
    rmSync(folder, { recursive: true });
  }
}

/** Applies the deployment's last step, the preparation, to the simulated Chatwoot. */
async function tellDeployed(): Promise<void> {
  const address = process.env[deployedVariable];
  if (address === undefined) return;
  const answer = await fetch(address, { method: "POST", signal: AbortSignal.timeout(60_000) });
  if (!answer.ok) throw new Error(`the sandbox's Chatwoot: preparation failed: ${await answer.text()}`);
}

try {
  process.exitCode = await carryOut(readWords(process.argv.slice(2)));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 255;
}
