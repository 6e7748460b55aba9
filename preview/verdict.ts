import type { Checked } from "../policy/check.ts";
import { policyPage } from "./policy/text.ts";
import type { SchemaCheck } from "./schemas/check.ts";
import type { StackDiff } from "./stack-diff.ts";

/** A thing that is wrong with the stack as it would be. */
export interface Objection {
  /** The rule that is broken; `schema` for an object that no API server takes. */
  rule: string;
  resource: string;
  message: string;
}

export interface Verdict {
  ok: boolean;
  /** One sentence without markup. */
  title: string;
  objections: Objection[];
}

/** What policies and schemas say, for the head of a comment. */
export function verdicts({ policies, schemas }: StackDiff): Verdict[] {
  return [...(policies ? [ofPolicies(policies)] : []), ...(schemas ? [ofSchemas(schemas)] : [])];
}

function ofPolicies({ rules, findings }: Checked): Verdict {
  const broken = new Set(findings.map(({ rule }) => rule)).size;
  const objections = findings.map(({ rule, level, resource, message }) => ({
    ...{ rule: level === "mandatory" ? rule : `${rule} (${level})`, resource: resource.name, message },
  }));
  const title =
    broken === 0
      ? `Policies: all ${rules.length} rules pass.`
      : `Policies: ${broken} of ${rules.length} rules ${broken === 1 ? "is" : "are"} broken. Why, and what to do: ${policyPage}`;
  return { ok: broken === 0, title, objections };
}

function ofSchemas({ version, objects, invalid }: SchemaCheck): Verdict {
  const of = `Kubernetes ${version} and its operators`;
  const title =
    invalid.length === 0
      ? `Schemas: all ${objects} objects are valid for ${of}.`
      : `Schemas: ${new Set(invalid.map(({ resource }) => resource.urn)).size} of ${objects} objects are not valid for ${of}.`;
  const objections = invalid.map(({ resource, message }) => ({ rule: "schema", resource: resource.name, message }));
  return { ok: invalid.length === 0, title, objections };
}
