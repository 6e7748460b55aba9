import type { Checked } from "../policy/check.ts";
import { policyPage } from "./policy/text.ts";
import type { SchemaCheck } from "./schemas/check.ts";
import type { StackDiff } from "./stack-diff.ts";

/** A problem of the previewed stack. */
export interface Violation {
  /** The violated rule, or `schema` for an invalid object. */
  rule: string;
  resource: string;
  message: string;
}

export interface Verdict {
  ok: boolean;
  /** One sentence without markup. */
  title: string;
  violations: Violation[];
}

/** The results of policies and schemas. */
export function verdicts({ policies, schemas }: StackDiff): Verdict[] {
  return [...(policies ? [ofPolicies(policies)] : []), ...(schemas ? [ofSchemas(schemas)] : [])];
}

function ofPolicies({ rules, findings }: Checked): Verdict {
  const broken = new Set(findings.map(({ rule }) => rule)).size;
  const violations = findings.map(({ rule, level, resource, message }) => ({
    ...{ rule: level === "mandatory" ? rule : `${rule} (${level})`, resource: resource.name, message },
  }));
  const title =
    broken === 0
      ? `Policies: all ${rules.length} rules pass.`
      : `Policies: ${broken} of ${rules.length} rules ${broken === 1 ? "is" : "are"} violated. Reasons and fixes: ${policyPage}`;
  return { ok: broken === 0, title, violations };
}

function ofSchemas({ version, objects, invalid }: SchemaCheck): Verdict {
  const of = `Kubernetes ${version} and its operators`;
  const title =
    invalid.length === 0
      ? `Schemas: all ${objects} objects are valid for ${of}.`
      : `Schemas: ${new Set(invalid.map(({ resource }) => resource.urn)).size} of ${objects} objects are invalid for ${of}.`;
  const violations = invalid.map(({ resource, message }) => ({ rule: "schema", resource: resource.name, message }));
  return { ok: invalid.length === 0, title, violations };
}
