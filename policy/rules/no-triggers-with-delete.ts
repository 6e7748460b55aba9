import { isCommand } from "../fly.ts";
import type { Rule } from "../rule.ts";

export const noTriggersWithDelete: Rule = {
  name: "no-triggers-with-delete",
  wants: "No command that has a `delete` has `triggers`.",
  reason:
    "A changed trigger replaces the resource: it runs the new one's `create` and then the old one's `delete`, which takes away what was just deployed (pulumi/pulumi-command#855).",
  fix: "Leave `triggers` out and put what should run the command again into its `environment`, where a change is an update.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    const { triggers, delete: deletes } = resource.props;
    if (!isCommand(resource) || deletes === undefined || triggers === undefined) return [];
    return ["has triggers and a delete: the next change would delete what it just made. Leave triggers out."];
  },
};
