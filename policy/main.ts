/*
 * The policy pack for Pulumi's own engine: `pulumi preview --policy-pack policy`. What the rules are is in pack.ts; here
 * they only meet Pulumi.
 */
import { PolicyPack } from "@pulumi/policy";
import { exceptions } from "./exceptions.ts";
import { packName, rules } from "./pack.ts";
import { pulumiPolicy } from "./pulumi-policy.ts";

// Pulumi takes a rule with settings of its own and no level for an advisory one.
const levels = Object.fromEntries(rules.map(({ name, level }) => [name, { enforcementLevel: level }]));
const config = Object.fromEntries(
  Object.entries(exceptions).map(([name, exception]) => [name, { ...levels[name], ...exception }]),
);

new PolicyPack(packName, { policies: rules.map(pulumiPolicy) }, config);
