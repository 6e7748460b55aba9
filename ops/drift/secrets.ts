import { isRootKeysMark } from "../../components/driver/root-keys.ts";
import { tigrisNames } from "../../components/driver/tigris.ts";
import { stagedMark, stagedMarks } from "../../components/driver/staged-names.ts";
import type { ActualApp } from "./actual.ts";
import type { Comparison } from "./comparison.ts";
import type { ExpectedApp } from "./expected.ts";
import { rerun } from "./fixes.ts";

/** Set by Fly, not by the stack. */
const bucketSecrets: ReadonlySet<string> = new Set(tigrisNames);

/** Compares secrets by name and, if the state has it, by digest; never by value. */
export function compareSecrets(stack: string, expected: ExpectedApp, actual: ActualApp): Comparison[] {
  if (expected.secrets === undefined || actual.secrets === undefined) return [];
  const { app, steps, hasBucket, release } = expected;
  const present = new Map(actual.secrets.map((secret) => [secret.name, secret]));
  // The secrets step only stores a secret; a release brings it to the machines.
  const reset = rerun(stack, steps, "secrets", "deployment", "backup");
  const row = (name: string, wanted: string, found: string, fix: string): Comparison => ({
    app,
    what: `secret ${name}`,
    expected: wanted,
    actual: found,
    fix,
  });

  const known = Object.entries(expected.secrets).map(([name, digest]) => {
    const secret = present.get(name);
    if (secret === undefined)
      return row(
        name,
        digest ?? "set",
        "not set",
        // The secrets step needs the mark to recognise the stack's root keys.
        isRootKeysMark(name) ? `fly secrets set ${name}=1 --app ${app} --stage` : reset,
      );
    return digest === undefined || secret.digest === undefined
      ? row(name, "set", "set", reset)
      : row(name, digest, secret.digest, reset);
  });
  // A release takes it from the machines. Without `--stage`, flyctl would make one that the stack does not know.
  const andRelease = release === undefined ? "" : ` && ${rerun(stack, steps, "deployment")}`;
  const isLeft = (name: string): boolean => stagedMarks([name]).length > 0 || present.has(stagedMark(name));
  const foreign = actual.secrets
    .filter(({ name }) => !(name in expected.secrets!) && !(hasBucket && bucketSecrets.has(name)))
    .map(({ name }) =>
      isLeft(name)
        ? row(name, "not set", "set by a run that failed", `pulumi up --yes --stack ${stack}`)
        : row(name, "not set", "set", `fly secrets unset ${name} --app ${app} --stage${andRelease}`),
    );
  const bucket = hasBucket
    ? tigrisNames.map((name) => row(name, "set", present.has(name) ? "set" : "not set", rerun(stack, steps, "bucket")))
    : [];
  return [...known, ...bucket, ...foreign, ...compareStaged(expected, actual, rerun(stack, steps, "deployment"))];
}

/** Fly reports whether all machines have a secret, except for apps with many machines. */
function compareStaged({ app, release }: ExpectedApp, { secrets = [] }: ActualApp, fix: string): Comparison[] {
  if (release === undefined || secrets.every(({ status }) => status === undefined)) return [];
  const waiting = secrets
    .filter(
      ({ name, status }) =>
        !isRootKeysMark(name) && stagedMarks([name]).length === 0 && (status === "Staged" || status === "Partial"),
    )
    .map(({ name }) => name);
  const actual = waiting.length === 0 ? "on every machine" : `not on every machine: ${waiting.sort().join(", ")}`;
  return [{ app, what: "secrets", expected: "on every machine", actual, fix }];
}
