import { expect, test } from "vitest";
import { memoryState, plain, type RunResult } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";

type Change = NonNullable<StackOptions["change"]>;

/** The annotation of the pods that changes with the settings which they read at their start. */
function checksumsIn({ steps }: RunResult): (string | undefined)[] {
  return ["web", "worker"].map((tier) => {
    const deployment = steps.find(({ name }) => name === `chatwoot-chart:chatwoot/chatwoot-${tier}`);
    const { spec } = plain(deployment?.inputs ?? {}) as {
      spec: { template: { metadata: { annotations: Record<string, string> } } };
    };
    return spec.template.metadata.annotations["checksum/installation"];
  });
}

/** The annotation of web and worker before and after a change of one stack. */
async function checksums(...changes: Change[]): Promise<(string | undefined)[][]> {
  const state = memoryState();
  const found: (string | undefined)[][] = [];
  for (const change of changes)
    found.push(checksumsIn(await stackEngine("prod", { providers: doubles, state, change }).up(program)));
  return found;
}

const open =
  (installation: Record<string, string>): Change =>
  ({ settings }) =>
    (settings["installation"] = installation);
const secret =
  (installation: Record<string, string>): Change =>
  ({ secrets }) =>
    (secrets["installationSecrets"] = JSON.stringify(installation));

test.each([
  [
    "the secret CAPTAIN_OPEN_AI_API_KEY",
    secret({ CAPTAIN_OPEN_AI_API_KEY: "planted-1" }),
    secret({ CAPTAIN_OPEN_AI_API_KEY: "planted-2" }),
  ],
  ["CAPTAIN_OPEN_AI_MODEL", open({ CAPTAIN_OPEN_AI_MODEL: "one" }), open({ CAPTAIN_OPEN_AI_MODEL: "another" })],
])("another value of %s restarts web and worker", async (_what, before, after) => {
  const [first, second] = await checksums(before, after);
  for (const checksum of [...first!, ...second!]) expect(checksum).toMatch(/^[0-9a-f]+$/);
  expect(first![0]).toBe(first![1]);
  expect(second![0]).toBe(second![1]);
  expect(first![0]).not.toBe(second![0]);
});

test("settings that are read on each request restart nothing", async () => {
  const key = { CAPTAIN_OPEN_AI_API_KEY: "planted-1" };
  const [one, more] = await checksums(secret(key), secret({ ...key, CAPTAIN_FIRECRAWL_API_KEY: "planted-2" }));
  expect(more).toEqual(one);
  expect(await checksums(open({ BRAND_NAME: "Acme" }))).toEqual([[undefined, undefined]]);
});
