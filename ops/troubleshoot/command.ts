import picocolors from "picocolors";
import type { z } from "zod";
import { exitCodes } from "../lib/exit-codes.ts";
import { askInside, insideOf } from "../lib/inside/inside.ts";
import { compactUtc } from "../logs/save.ts";
import { saveEvidence } from "../pipeline/save.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";
import { formatFindings, isWell, type Finding } from "./finding.ts";

export interface Question<T> {
  /** Of the command line: `queue`. */
  name: string;
  /** `Sidekiq`. */
  title: string;
  /** Runs inside Chatwoot's container. */
  command: string;
  schema: z.ZodType<T>;
  judge: (facts: T) => Finding[];
  /** What to do where it cannot be asked, without a full stop. */
  next: string;
}

export interface Asked {
  stack: string;
  json: boolean;
}

/** Asks, prints, saves what was found as evidence, and sets the exit code. */
export async function answer<T>({ stack, json }: Asked, question: Question<T>): Promise<void> {
  const { name, title, command, schema, next } = question;
  const inside = await insideOf(placeOf(stack, await loadResources(stack)), `npm run ops -- ${name} --stack ${stack}`);
  const facts = await askInside(inside, { command, about: title, schema, next });
  const at = new Date();
  const findings = question.judge(facts);
  const ok = isWell(findings);
  const document = { at: at.toISOString(), stack, askedOn: inside.where, ok, facts, findings };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const colour = picocolors.isColorSupported && process.stdout.isTTY === true;
  if (json) process.stdout.write(text);
  else console.log(`${stack}: ${title}, asked on ${inside.where}\n${formatFindings(findings, { colour })}`);
  await saveEvidence(`chatwoot-${name}-${compactUtc(at)}.json`, text);
  process.exitCode = ok ? exitCodes.fine : exitCodes.attention;
}

export const endsWith =
  "\nEnds with 0 where all is well, 2 where something wants attention, 1 where it could not be asked.";
