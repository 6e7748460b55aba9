import { containersOf, isDatabase, specOf } from "../kubernetes.ts";
import { textOf, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const containerResources: Rule = {
  name: "container-resources",
  requirement: "Every container requests CPU and memory, more than nothing, and has a memory limit.",
  reason:
    "Without requests the scheduler overloads nodes; without a limit, one leak takes down the whole node, including the database on it.",
  fix: "Set `resources.requests.cpu`, `resources.requests.memory` and `resources.limits.memory`; for web and worker `memoryMb` in the stack file.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    return withResources(resource).flatMap(({ where, resources }) => {
      const missing = [
        ["requests", "cpu"],
        ["requests", "memory"],
        ["limits", "memory"],
      ].filter(([list = "", name = ""]) => isNothing(text(resources?.[list]?.[name])));
      if (missing.length === 0) return [];
      return [`${where} has no ${missing.map((path) => path.join(".")).join(", ")}. Set them in resources.`];
    });
  },
};

function withResources(resource: Resource): { where: string; resources: Value }[] {
  if (isDatabase(resource)) return [{ where: "the database's pod", resources: specOf(resource)["resources"] }];
  return containersOf(resource).map(({ name, resources }) => ({ where: `container ${name}`, resources }));
}

/** Zero in any notation: 0, "0", "0Mi", "0.0". */
const isNothing = (amount: string | undefined): boolean => /^[0.]*\D*$/.test(amount ?? "");

/** A quantity may be a number. */
const text = (amount: Value): string | undefined => (typeof amount === "number" ? `${amount}` : textOf(amount));
