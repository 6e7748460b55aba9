import type { Tool } from "../environment.ts";
import type { RunKind } from "../evidence/account-name.ts";
import { account } from "./account.ts";
import { addresses } from "./addresses.ts";
import { agent } from "./agent.ts";
import { app } from "./app.ts";
import { backup } from "./backup.ts";
import { bucket } from "./bucket.ts";
import { certificate } from "./certificate.ts";
import { deployment } from "./deployment.ts";
import { facts } from "./facts.ts";
import { github } from "./github.ts";
import { handover } from "./handover.ts";
import { pipeline } from "./pipeline.ts";
import { redis } from "./redis.ts";
import { scale } from "./scale.ts";
import { secrets } from "./secrets.ts";
import type { Step } from "./step.ts";
import { window } from "./window.ts";

const flySteps = {
  app,
  redis,
  secrets,
  deployment,
  scale,
  window,
  addresses,
  bucket,
  certificate,
  backup,
  handover,
  pipeline,
};

const supportSteps = { account, agent, facts, github };

export type StepName = keyof typeof flySteps | keyof typeof supportSteps;

/** All steps, by the name that the command line takes. */
export const steps: Readonly<Record<StepName, Step>> = { ...flySteps, ...supportSteps };

/** Whether a step works on Fly or for the support pipeline. */
export function kindOf(name: StepName): RunKind {
  return name in supportSteps ? "support" : "fly";
}

/** The program that a step starts. */
export function toolOf(name: StepName): Tool | undefined {
  if (name === "github") return "gh";
  return name in flySteps ? "flyctl" : undefined;
}
