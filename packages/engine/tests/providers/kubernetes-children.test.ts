import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ChildGoal } from "../../src/provider.ts";
import { plain, type Props } from "../../src/values.ts";
import { registerObjects } from "../../src/providers/kubernetes/component/register.ts";

interface RecordedComponent {
  case: string;
  component: string;
  name: string;
  inputs: { resourcePrefix?: string; skipAwait?: boolean };
  /** In the order of the component's `resources`. */
  children: {
    type: string;
    name: string;
    object: Props;
    urn: string;
    dependencies?: string[];
    retainOnDelete?: boolean;
  }[];
}

const components = readFileSync(new URL("recorded/kubernetes-children.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as RecordedComponent);

test.each(components)(
  "the children of the real $component, case $case",
  async ({ component, name, inputs, children }) => {
    // The objects arrive in another order than they are registered.
    const objects = children.map((child) => plain(child.object) as Props).toReversed();
    const goals: ChildGoal[] = [];
    const urnOf = (goal: ChildGoal) =>
      children.find((child) => child.type === goal.type && child.name === goal.name)?.urn ?? "";
    const references = await registerObjects(objects, {
      prefix: inputs.resourcePrefix ?? name,
      skipAwait: inputs.skipAwait === true,
      helmPolicies: component.endsWith(":Chart"),
      warn: () => {},
      child(goal) {
        goals.push(goal);
        return Promise.resolve({ urn: urnOf(goal), id: "", outputs: {} });
      },
    });
    expect(references.map((reference) => reference["urn"] as string)).toEqual(children.map((child) => child.urn));
    for (const { type, name: childName, object, dependencies = [], retainOnDelete } of children) {
      const goal = goals.find((item) => item.type === type && item.name === childName);
      expect(goal).toMatchObject({ props: object, dependencies });
      expect(goal?.retainOnDelete).toBe(retainOnDelete);
      expect(goal?.propertyDependencies).toEqual(Object.fromEntries(Object.keys(object).map((key) => [key, []])));
    }
  },
);
