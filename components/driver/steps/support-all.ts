import type { SupportStepName } from "../../support/step.ts";
import { account } from "./account.ts";
import { agent } from "./agent.ts";
import { facts } from "./facts.ts";
import { github } from "./github.ts";
import type { SupportStep } from "./support-step.ts";

/** Every step that the program can ask for. */
export const steps: Record<SupportStepName, SupportStep> = { account, agent, facts, github };
