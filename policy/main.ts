/*
 * The policy pack for Pulumi's own engine: `pulumi preview --policy-pack policy`. What the rules are is in pack.ts; here
 * they only meet Pulumi.
 */
import { PolicyPack } from "@pulumi/policy";
import { packName, rules } from "./pack.ts";
import { pulumiPolicy } from "./pulumi-policy.ts";

new PolicyPack(packName, { policies: rules.map(pulumiPolicy) });
