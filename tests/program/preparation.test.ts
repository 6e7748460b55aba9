import { expect, test } from "vitest";
import { plain } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";

async function preparationJob(
  change: NonNullable<StackOptions["change"]> = () => undefined,
): Promise<{ name: string; backoffLimit: number }> {
  const { steps } = await stackEngine("prod", { providers: doubles, change }).preview(program);
  const { metadata, spec } = plain(steps.find(({ name }) => name === "preparation-job")?.inputs ?? {}) as {
    metadata: { name: string };
    spec: { backoffLimit: number };
  };
  return { name: metadata.name, backoffLimit: spec.backoffLimit };
}

test("the preparation is a new Job for a new image, and each runs once", async () => {
  const now = await preparationJob();
  const next = await preparationJob(({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.17.1"));
  expect([now.backoffLimit, next.backoffLimit]).toEqual([0, 0]);
  expect(next.name).not.toBe(now.name);
  expect(await preparationJob()).toEqual(now);
});
