import { beforeAll, describe, expect, test } from "vitest";
import { checkPolicies } from "../../../policy/check.ts";
import { rules } from "../../../policy/pack.ts";
import type { Resource } from "../../../policy/resource.ts";
import { badData } from "./bad-data.ts";
import { badNetworks } from "./bad-networks.ts";
import { badPlaces } from "./bad-places.ts";
import { badRights } from "./bad-rights.ts";
import { badRoutes } from "./bad-routes.ts";
import { badSecrets } from "./bad-secrets.ts";
import { badWorkloads } from "./bad-workloads.ts";
import { formatted, mutate, stride } from "./mutate.ts";
import { render, Stack, type Base } from "./stacks.ts";

let stacks: Record<Base, readonly Resource[]>;
beforeAll(async () => {
  stacks = await render();
});

const badChanges = {
  ...badData,
  ...badNetworks,
  ...badPlaces,
  ...badRights,
  ...badRoutes,
  ...badSecrets,
  ...badWorkloads,
};

test("every rule has eight bad changes or more", () => {
  expect(Object.keys(badChanges).sort()).toEqual(rules.map(({ name }) => name).sort());
  for (const changes of Object.values(badChanges)) expect(changes.length).toBeGreaterThanOrEqual(8);
});

test.each(["prod", "largest", "staging"] as const)("%s as it is breaks no rule", (base) => {
  expect(checkPolicies(stacks[base], { secrets: new Set() }).findings.map(({ message }) => message)).toEqual([]);
});

describe.each(Object.entries(badChanges))("%s finds", (rule, changes) => {
  const only = rules.filter(({ name }) => name === rule);
  test.each(changes)("%s", (_what, change, base = "prod") => {
    const stack = new Stack(stacks[base]);
    change(stack);
    const { findings } = checkPolicies(stack.resources, { secrets: new Set(), rules: only, config: {} });
    expect(findings).not.toEqual([]);
    for (const { message } of findings) expect(message).toMatch(/\.$|…$/);
  });
});

test("a rule or a schema finds every mutation of the rendered stacks", async () => {
  const table = await mutate(stacks);
  console.log(formatted(table));
  const rows = [...table.values()];
  expect(rows.flatMap(({ missed }) => missed)).toEqual([]);
  expect(rows.reduce((sum, { mutations }) => sum + mutations, 0)).toBeGreaterThan(4000 / stride);
}, 300_000);
