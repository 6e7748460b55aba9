import { exceptions, type Exceptions } from "./exceptions.ts";
import { isManaged } from "./managed.ts";
import { rules as allRules } from "./pack.ts";
import { defaultsOf } from "./settings.ts";
import type { Resource } from "./resource.ts";
import type { AnyRule, Level } from "./rule.ts";

export interface Finding {
  rule: string;
  level: Level;
  resource: Resource;
  message: string;
}

export interface Checked {
  /** Names of the rules that ran. */
  rules: string[];
  findings: Finding[];
}

export interface CheckOptions {
  secrets: ReadonlySet<string>;
  rules?: readonly AnyRule[];
  /** Default: `exceptions.json`. */
  config?: Exceptions;
}

/** Checks a stack's resources against every rule, without Pulumi. */
export function checkPolicies(resources: readonly Resource[], options: CheckOptions): Checked {
  const { secrets, rules = allRules, config = exceptions } = options;
  const managed = resources.filter(isManaged);
  const enabled = rules.filter(({ name }) => config[name]?.["enforcementLevel"] !== "disabled");
  const findings = enabled.flatMap((rule) => {
    const { enforcementLevel, ...settings } = config[rule.name] ?? {};
    const context = { settings: { ...defaultsOf(rule), ...settings }, secrets };
    const found = (resource: Resource, message: string): Finding => ({
      ...{ rule: rule.name, level: (enforcementLevel as Level | undefined) ?? rule.level, resource, message },
    });
    const ofEach = managed.flatMap((resource) =>
      (rule.ofResource?.(resource, context) ?? []).map((message) => found(resource, message)),
    );
    const ofAll = rule.ofStack?.(managed, context).map(({ resource, message }) => found(resource, message)) ?? [];
    return [...ofEach, ...ofAll];
  });
  return { rules: enabled.map(({ name }) => name), findings };
}
