import { isCommand } from "../fly.ts";
import type { Rule } from "../rule.ts";

export const noTriggersWithDelete: Rule = {
  name: "no-triggers-with-delete",
  requirement: "No command with a `delete` has `triggers`.",
  reason:
    "A changed trigger replaces the resource: it runs the new `create` and then the old `delete`, which deletes what was just deployed (pulumi/pulumi-command#855).",
  fix: "Remove `triggers` and put the values into `environment`, where a change is an update.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    const { triggers, delete: deletes } = resource.props;
    if (!isCommand(resource) || deletes === undefined || triggers === undefined) return [];
    return ["has triggers and a delete: the next change would delete what it created. Remove triggers."];
  },
};
