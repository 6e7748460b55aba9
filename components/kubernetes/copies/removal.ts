import type { Answer, Ask, Question } from "../preflight/api.ts";
import { itemsOf } from "../preflight/requirement.ts";
import { selectorLabels } from "../names.ts";
import { copied } from "./copies.ts";

export interface Copy {
  name: string;
  created: string;
}

/** The copies to delete: all but those in use and the newest other one, which an undone rollout reads. */
export function obsolete(copies: readonly Copy[], inUse: readonly string[]): string[] {
  return copies
    .filter(({ name }) => !inUse.includes(name))
    .sort((one, other) => other.created.localeCompare(one.created) || one.name.localeCompare(other.name))
    .slice(1)
    .map(({ name }) => name);
}

/** Deletes obsolete copies after a rollout. Returns what could not be listed or deleted, with its reason. */
export async function removeOldCopies(ask: Ask, namespace: string, inUse: readonly string[]): Promise<string[]> {
  const kinds = ["configmaps", "secrets"].map((kind) => `/api/v1/namespaces/${namespace}/${kind}`);
  const sets = kinds.flatMap((path) => copied.map((of) => ({ path, of })));
  const failures = await Promise.all(sets.map(({ path, of }) => removeFrom(ask, path, of, inUse)));
  return failures.flat();
}

interface Listed {
  metadata: { name: string; creationTimestamp: string };
}

async function removeFrom(ask: Ask, path: string, of: string, inUse: readonly string[]): Promise<string[]> {
  const selector = Object.entries(selectorLabels(of)).map(([key, value]) => `${key}=${value}`);
  const listed = await outcome(ask, {
    path: `${path}?labelSelector=${encodeURIComponent(selector.join(","))}`,
    metadataOnly: true,
  });
  if (listed.answer === undefined) return [listed.failure];
  const copies = itemsOf<Listed>(listed.answer)
    .map(({ metadata }) => ({ name: metadata.name, created: metadata.creationTimestamp }))
    .filter(({ name }) => name.startsWith(`${of}-`));
  const deleted = await Promise.all(
    obsolete(copies, inUse).map((name) => outcome(ask, { path: `${path}/${name}`, method: "DELETE" })),
  );
  return deleted.flatMap(({ failure }) => failure ?? []);
}

type Outcome = { answer: Answer; failure?: never } | { answer?: never; failure: string };

async function outcome(ask: Ask, question: Question): Promise<Outcome> {
  try {
    const answer = await ask(question);
    const { status } = answer;
    const isDone = status === 200 || status === 202 || (question.method === "DELETE" && status === 404);
    return isDone ? { answer } : { failure: `${question.path}: the API server answered ${status}` };
  } catch (error) {
    return { failure: `${question.path}: ${(error as Error).message}` };
  }
}
