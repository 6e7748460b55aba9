import type { StackResource } from "../lib/stack/deployment.ts";
import { StepProblem } from "../../lib/problem.ts";
import { generatedSecrets, resourceOf, type GeneratedSecret } from "./generated.ts";
import { describeGiven, givenNamed, givenSecrets, type GivenSecret } from "./given.ts";
import { whyNever } from "../../config/never-rotated.ts";

export interface Step {
  /** Who does it: this command, or a person. */
  by: "command" | "you";
  what: string;
  /** As it is typed. */
  command?: string;
  /** Of `pulumi`, where this command does it. */
  pulumi?: readonly string[];
}

export interface Plan {
  secret: string;
  description: string;
  meanwhile: string;
  steps: readonly Step[];
}

export interface Known {
  stack: string;
  target: "fly" | "kubernetes";
  resources: readonly StackResource[];
  /** Who gets the secrets, in words: `Fly app hotdash-app`. */
  handedTo: readonly string[];
}

/** Names that may be typed. */
export const rotatable: readonly string[] = [...generatedSecrets.map(({ name }) => name), ...Object.keys(givenSecrets)];

/** The steps in the order that keeps the service up. */
export function planRotation(secret: string, known: Known): Plan {
  const { stack } = known;
  const never = whyNever(secret);
  if (never) throw new StepProblem(secret, never.reason, never.instead.replaceAll("STACK", stack));
  const generated = generatedSecrets.find(({ name }) => name === secret);
  if (generated) return planGenerated(generated, known);
  const given = givenNamed(secret);
  if (given && known.target === "kubernetes" && /^(migrationD|d)atabaseUrl$/.test(given[0]))
    throw new StepProblem(
      secret,
      "is made by the stack itself on Kubernetes, where its PostgreSQL keeps the password",
      "Leave it: it opens nothing outside of the cluster",
    );
  if (given) return planGiven(given[0], given[1], stack);
  throw new StepProblem(secret, "is no secret of a stack", `Write one of ${rotatable.join(", ")}`);
}

function planGenerated(secret: GeneratedSecret, known: Known): Plan {
  const { stack, resources } = known;
  const found = resourceOf(secret, resources);
  if (found === undefined)
    throw new StepProblem(
      `stack ${stack}`,
      `has no ${secret.name}, so there is nothing to replace`,
      secret.name === "redisPassword"
        ? "Its Redis is managed by somebody else: change the password there, then `pulumi up --stack " + stack + "`"
        : `List what it has: \`pulumi stack --show-urns --stack ${stack}\``,
    );
  const { urn, isProtected, rotation } = found;
  const raise = rotation === undefined ? undefined : raiseStep(secret.name, rotation + 1, stack);
  const steps =
    secret.name === "webhookSecret"
      ? webhookSteps(urn, raise, known)
      : [...unprotectSteps(urn, isProtected, stack), ...replaceSteps(urn, raise, stack)];
  return { secret: secret.name, description: secret.description, meanwhile: secret.meanwhile, steps };
}

/** Where the stack file counts its values, the next number is the rotation: the file and the state say the same. */
function raiseStep(name: string, number: number, stack: string): Step {
  const pulumi = ["config", "set", "--path", `chatwoot:rotation.${name}`, String(number), "--stack", stack];
  const what = "Raise its number in the stack file. Commit the file; or make this a pull request, and stop here:";
  return { by: "command", what, command: `pulumi ${pulumi.join(" ")}`, pulumi };
}

function unprotectSteps(urn: string, isProtected: boolean, stack: string): Step[] {
  if (!isProtected) return [];
  const what = "It is protected against accidents. Allow this one replacement:";
  return [{ by: "you", what, command: `pulumi state unprotect '${urn}' --stack ${stack}` }];
}

function replaceSteps(urn: string, raise: Step | undefined, stack: string): Step[] {
  return [
    ...(raise === undefined ? [] : [raise]),
    up(
      "Generate another, and give it to everything that uses it:",
      raise === undefined ? ["--replace", urn] : [],
      stack,
    ),
    verify(stack),
  ];
}

/** Receivers take both before Chatwoot changes over, since it never sends again what was refused. */
function webhookSteps(urn: string, raise: Step | undefined, { stack, handedTo }: Known): Step[] {
  const receivers = `every receiver of the account's webhooks${handedTo.length === 0 ? "" : ` (handed over to ${handedTo.join("; ")})`}`;
  const read = `pulumi stack output webhookSecret --show-secrets --stack ${stack}`;
  return [
    {
      by: "you",
      what: `Give ${receivers} today's secret as CHATWOOT_WEBHOOK_SECRET_OLD too, and let it take both (docs/support/webhook-receiver.md). Today's is:`,
      command: read,
    },
    ...(raise === undefined ? [] : [raise]),
    up(
      "Generate another, in the stack alone: Chatwoot still signs with today's:",
      [raise === undefined ? "--target-replace" : "--target", urn],
      stack,
    ),
    {
      by: "you",
      what: `Give ${receivers} the new one as CHATWOOT_WEBHOOK_SECRET, and restart it. The new one is:`,
      command: read,
    },
    up("Let Chatwoot sign with the new one; whoever is handed it gets it in the same run:", [], stack),
    verify(stack),
    { by: "you", what: "Five minutes later, take CHATWOOT_WEBHOOK_SECRET_OLD away." },
  ];
}

function planGiven(name: string, secret: GivenSecret, stack: string): Plan {
  return {
    secret: name,
    description: describeGiven(secret),
    meanwhile: "Web and worker start anew, one after the other. The old one works until you end it.",
    steps: [
      { by: "you", what: secret.issue },
      ...secret.keys.map((key): Step => ({
        by: "you",
        what: `Set it in the stack. The value is asked for, so that no shell keeps it:`,
        command: `pulumi config set --secret chatwoot:${key} --stack ${stack}`,
      })),
      up("Deploy it:", [], stack),
      verify(stack),
      { by: "you", what: secret.revoke },
    ],
  };
}

function up(what: string, more: readonly string[], stack: string): Step {
  const pulumi = ["up", ...more, "--stack", stack];
  return { by: "command", what, command: `pulumi ${pulumi.map(quoted).join(" ")}`, pulumi };
}

function verify(stack: string): Step {
  return { by: "command", what: "See that all is well:", command: `npm run ops -- health --stack ${stack}` };
}

/** A URN has dollar signs and colons. */
function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word}'`;
}

/** Whether a command alone can do it: nothing is left to a person. */
export function isUnattended({ steps }: Plan): boolean {
  return steps.every(({ by }) => by === "command");
}
