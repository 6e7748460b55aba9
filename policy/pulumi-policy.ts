import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { configuredSecrets } from "./configured-secrets.ts";
import { isOurs } from "./ours.ts";
import { describe } from "./pack.ts";
import type { Props, Resource, Value } from "./resource.ts";
import type { AnyRule, Context } from "./rule.ts";
import { defaultsOf } from "./settings.ts";

/** A rule as Pulumi takes it. */
export function pulumiPolicy(rule: AnyRule): ResourceValidationPolicy | StackValidationPolicy {
  const { name, level: enforcementLevel, settings } = rule;
  const about = {
    name,
    description: describe(rule),
    enforcementLevel,
    configSchema: { properties: settings as object },
  };
  const context = (given: object): Context<unknown> => ({
    settings: { ...defaultsOf(rule), ...given },
    secrets: configuredSecrets(),
  });
  if (rule.ofStack !== undefined) {
    return {
      ...about,
      validateStack(args, report) {
        const ours = args.resources.map(resourceOf).filter(isOurs);
        const found = rule.ofStack?.(ours, context(args.getConfig())) ?? [];
        for (const { resource, message } of found) report(message, resource.urn);
      },
    } as StackValidationPolicy;
  }
  return {
    ...about,
    validateResource(args, report) {
      const resource = resourceOf(args);
      if (!isOurs(resource)) return;
      for (const message of rule.ofResource?.(resource, context(args.getConfig())) ?? []) report(message);
    },
  } as ResourceValidationPolicy;
}

function resourceOf({ urn, type, name, props, opts, provider }: ResourceValidationArgs | PolicyResource): Resource {
  return { urn, type, name, props: readable(props) as Props, protect: opts.protect, provider: provider?.name };
}

/** Pulumi throws where a value is read that a preview does not know; the rules get a marker in its place. */
function readable(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  const read = (key: string | number): Value => {
    try {
      return readable((value as Props)[key]);
    } catch {
      return unknownValue;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => read(i));
  return Object.fromEntries(Object.keys(value as object).map((key) => [key, read(key)]));
}
