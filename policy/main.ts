/* The policy pack for Pulumi's engine: `pulumi preview --policy-pack policy`. */
import { PolicyPack } from "@pulumi/policy";
import { exceptions } from "./exceptions.ts";
import { packName, rules } from "./pack.ts";
import { pulumiPolicy } from "./pulumi-policy.ts";

// Pulumi treats a configured rule without a level as advisory.
const levels = Object.fromEntries(rules.map(({ name, level }) => [name, { enforcementLevel: level }]));
const config = Object.fromEntries(
  Object.entries(exceptions)
    .filter(([, { enforcementLevel }]) => enforcementLevel !== "disabled")
    .map(([name, exception]) => [name, { ...levels[name], ...exception }]),
);

const enabled = rules.filter(({ name }) => exceptions[name]?.["enforcementLevel"] !== "disabled");
new PolicyPack(packName, { policies: enabled.map(pulumiPolicy) }, config);
