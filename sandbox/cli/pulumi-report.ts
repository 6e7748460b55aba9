import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEventLog, parseState, writeReport, type RunCommand, type ResourceFacts } from "pulumi-run-report";
import type { RunOptions, RunSummary } from "./stack-engine.ts";

interface Reported {
  run(options: RunOptions): Promise<RunSummary>;
  /** The output of `pulumi stack export`. */
  state(): Promise<string>;
}

/** Runs the real Pulumi and writes the report, if requested, from its event log and the stack's state. */
export async function reportedPulumi(command: RunCommand, options: RunOptions, pulumi: Reported): Promise<RunSummary> {
  const { reportFile } = options;
  if (reportFile === undefined) return pulumi.run(options);
  // Pulumi's debug messages in the log contain secrets, so the log is private to its owner and deleted afterwards.
  const folder = mkdtempSync(join(tmpdir(), "chatwoot-events-"));
  try {
    const eventsFile = options.eventsFile ?? join(folder, "events.jsonl");
    const read = async (): Promise<ResourceFacts[]> => parseState(await pulumi.state(), "pulumi stack export");
    const before = command === "destroy" ? await read() : undefined;
    const summary = await pulumi.run({ ...options, eventsFile });
    const log = parseEventLog(readFileSync(eventsFile, "utf8"), eventsFile);
    await writeReport({ ...log, command, engine: "Pulumi", resources: before ?? (await read()) }, reportFile);
    console.log(`Report: ${reportFile}`);
    return summary;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
