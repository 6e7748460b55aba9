/* The policy pack for Pulumi's engine: `pulumi preview --policy-pack policy`. */
import { PolicyPack } from "@pulumi/policy";
import { exceptions } from "./exceptions.ts";
import { packName, rules } from "./pack.ts";
import { pulumiPolicy } from "./pulumi-policy.ts";

// Pulumi treats a configured rule without a level as advisory.
const levels = Object.fromEntries(rules.map(({ name, level }) => [name, { enforcementLevel: level }]));
const config = Object.fromEntries(
  Object.entries(exceptions).map(([name, exception]) => [name, { ...levels[name], ...exception }]),
);

new PolicyPack(packName, { policies: rules.map(pulumiPolicy) }, config);
