import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { configuredSecrets } from "./configured-secrets.ts";
import { isManaged } from "./managed.ts";
import { describe } from "./pack.ts";
import type { Props, Resource, Value } from "./resource.ts";
import type { AnyRule, Context } from "./rule.ts";
import { defaultsOf } from "./settings.ts";

/** Converts a rule into a Pulumi policy. */
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
        const managed = args.resources.map(resourceOf).filter(isManaged);
        const found = rule.ofStack?.(managed, context(args.getConfig())) ?? [];
        for (const { resource, message } of found) report(message, resource.urn);
      },
    } as StackValidationPolicy;
  }
  return {
    ...about,
    validateResource(args, report) {
      const resource = resourceOf(args);
      if (!isManaged(resource)) return;
      for (const message of rule.ofResource?.(resource, context(args.getConfig())) ?? []) report(message);
    },
  } as ResourceValidationPolicy;
}

function resourceOf({ urn, type, name, props, opts, provider }: ResourceValidationArgs | PolicyResource): Resource {
  return { urn, type, name, props: readable(props) as Props, protect: opts.protect, provider: provider?.name };
}

/** Reading a value that is unknown in a preview throws; the rules get a marker instead. */
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
