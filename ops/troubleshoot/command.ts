import picocolors from "picocolors";
import type { z } from "zod";
import { exitCodes } from "../lib/exit-codes.ts";
import { execJson, execTargetOf } from "../lib/exec/exec.ts";
import { compactUtc } from "../logs/save.ts";
import { saveEvidence } from "../pipeline/save.ts";
import { placeOf } from "../lib/stack/place.ts";
import { restartCommand } from "../lib/stack/restart.ts";
import { loadResources } from "../lib/stack/source.ts";
import { workersOfQueues } from "../lib/stack/worker-groups.ts";
import { formatFindings, isHealthy, type Finding } from "./finding.ts";

export interface Diagnosis<T> {
  /** Name of the command: `queue`. */
  name: string;
  /** `Sidekiq`. */
  title: string;
  /** Runs inside Chatwoot's container. */
  command: string;
  schema: z.ZodType<T>;
  judge: (facts: T, chatwoot: Chatwoot) => Finding[];
  /** The fix if the check cannot run, without a full stop. */
  next: string;
}

/** The deployment that the facts are about. */
export interface Chatwoot {
  /** Running machines or pods of web. */
  webProcesses: number;
  /** The command that restarts a group. */
  restart: (group: "web" | "worker") => string;
  /** The workers of a queue: `worker`, or `worker-mail` of a group. */
  workersOf: (queue: string) => string;
}

export interface DiagnosisOptions {
  stack: string;
  json: boolean;
}

/** Runs a check, prints and saves its findings, and sets the exit code. */
export async function diagnose<T>({ stack, json }: DiagnosisOptions, diagnosis: Diagnosis<T>): Promise<void> {
  const { name, title, command, schema, next } = diagnosis;
  const resources = await loadResources(stack);
  const place = placeOf(stack, resources);
  const target = await execTargetOf(place, `npm run ops -- ${name} --stack ${stack}`);
  const facts = await execJson(target, { command, about: title, schema, next });
  const at = new Date();
  const findings = diagnosis.judge(facts, {
    webProcesses: target.webProcesses,
    restart: (group) => restartCommand(place, group),
    workersOf: workersOfQueues(resources),
  });
  const ok = isHealthy(findings);
  const document = { at: at.toISOString(), stack, askedOn: target.where, ok, facts, findings };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const colour = picocolors.isColorSupported && process.stdout.isTTY === true;
  if (json) process.stdout.write(text);
  else console.log(`${stack}: ${title} on ${target.where}\n${formatFindings(findings, { colour })}`);
  await saveEvidence(`chatwoot-${name}-${compactUtc(at)}.json`, text);
  process.exitCode = ok ? exitCodes.ok : exitCodes.attention;
}

export const exitCodesHelp = "\nExit codes: 0 healthy, 2 a value needs attention, 1 the check could not run.";
