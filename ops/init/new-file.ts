import type { Target } from "../../config/schema.ts";
import type { Ask } from "./ask.ts";
import { relayOf } from "./known-names.ts";
import { questionsOf, targetQuestion, type Answers, type Question } from "./questions.ts";
import { stackFileText } from "./stack-file.ts";
import type { VaultValue } from "./vault.ts";

/** Variables of a vault that propose an answer. */
const proposed: Readonly<Record<string, string>> = { url: "FRONTEND_URL", sender: "MAILER_SENDER_EMAIL" };

/** Asks every question, and returns the new file's text with what `existing` has. */
export async function newStackFile(
  ask: Ask,
  vault: ReadonlyMap<string, VaultValue>,
  existing: string,
): Promise<string> {
  const target = (await ask(targetQuestion, {})) as Target;
  const questions = questionsOf(target).map((question): Question => {
    const found = vault.get(proposed[question.name] ?? "")?.value.replace(/\/$/, "");
    return found === undefined ? question : { ...question, proposal: () => found };
  });
  const answers: Record<string, string> = { target };
  for (const question of questions) answers[question.name] = await ask(question, answers satisfies Answers);
  const found = { relay: relayOf(vault), hasDatabase: vault.has("DATABASE_URL"), hasRedis: vault.has("REDIS_URL") };
  return stackFileText(target, questions, answers, found, existing);
}
