import { expect, test } from "vitest";
import type { Answer, Question } from "../preflight/api.ts";
import { obsolete, removeOldCopies, type Copy } from "./removal.ts";

const copy = (name: string, day: number): Copy => ({ name, created: `2026-11-${10 + day}T00:00:00Z` });
const [a, b, c] = [copy("a", 1), copy("b", 2), copy("c", 3)];

test.each<[what: string, copies: Copy[], inUse: string[], deleted: string[]]>([
  ["a first deployment", [a], ["a"], []],
  ["a second one", [a, b], ["b"], []],
  ["a third one", [c, a, b], ["c"], ["a"]],
  ["a change that was taken back", [a, b, c], ["a"], ["b"]],
  ["none in use", [a, b, c], [], ["b", "a"]],
  ["several in use", [a, b, c], ["a", "b"], []],
])("the last two are kept: %s", (_what, copies, inUse, deleted) => expect(obsolete(copies, inUse)).toEqual(deleted));

const listing = (...names: string[]): Answer => ({
  status: 200,
  body: { items: names.map((name, day) => ({ metadata: { name, creationTimestamp: copy(name, day).created } })) },
});

async function removed(answer: (question: Question) => Answer): Promise<{ deleted: string[]; failures: string[] }> {
  const deleted: string[] = [];
  const failures = await removeOldCopies(
    (question) => {
      if (question.method === "DELETE") deleted.push(question.path);
      return Promise.resolve(answer(question));
    },
    "chatwoot",
    ["chatwoot-secrets-c"],
  );
  return { deleted, failures };
}

/** A label is not enough: the record keeps its name. */
const secrets = listing("chatwoot-secrets-a", "chatwoot-secrets", "chatwoot-secrets-b", "chatwoot-secrets-c");
const isSecrets = ({ path, method }: Question): boolean =>
  method === undefined && path.includes("/secrets?labelSelector=app.kubernetes.io%2Fname%3Dchatwoot-secrets%2C");

test("deletes by label and name, never the record", async () => {
  const found = await removed((question) => (isSecrets(question) ? secrets : listing()));
  expect(found).toEqual({ deleted: ["/api/v1/namespaces/chatwoot/secrets/chatwoot-secrets-a"], failures: [] });
});

test.each([
  [404, []],
  [403, ["/api/v1/namespaces/chatwoot/secrets/chatwoot-secrets-a: the API server answered 403"]],
])("a deletion that is answered with %i", async (status, failures) => {
  const answer = (question: Question): Answer =>
    question.method === "DELETE" ? { status, body: {} } : isSecrets(question) ? secrets : listing();
  expect((await removed(answer)).failures).toEqual(failures);
});

test("lists read metadata alone, never a Secret's values, and may have null items", async () => {
  const lists: Question[] = [];
  const { failures } = await removed((question) => {
    lists.push(question);
    return { status: 200, body: { items: null } };
  });
  expect(failures).toEqual([]);
  expect(lists).toHaveLength(6);
  expect(lists.map(({ metadataOnly }) => metadataOnly)).toEqual(lists.map(() => true));
});

test("copies that cannot be listed are kept and reported", async () => {
  const { deleted, failures } = await removed(() => ({ status: 503, body: undefined }));
  expect(deleted).toEqual([]);
  expect(failures).toHaveLength(6);
});
