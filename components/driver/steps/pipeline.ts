import { z } from "zod";
import { scheduledProgram } from "../../chatwoot/pipeline-schedule/bundle.ts";
import { pipelineMachine } from "../pipeline-machine.ts";
import { Flyctl } from "../flyctl.ts";
import { input, listInput, optionalInput } from "../inputs.ts";
import { makeScheduled, scheduledMachines } from "../scheduled-machine.ts";
import type { Step } from "./step.ts";

/** A machine that checks the support pipeline once per period, and once at its creation. */
export const pipeline: Step = {
  async converge(run) {
    const app = input("APP");
    const wanted = pipelineMachine(
      {
        app,
        name: input("NAME"),
        image: input("IMAGE"),
        region: input("REGION"),
        memoryMb: input("MEMORY_MB"),
        schedule: input("SCHEDULE"),
        args: listInput("ARGS"),
        settings: z.record(z.string(), z.string()).parse(JSON.parse(input("SETTINGS"))),
        // Built here too, because it exceeds the size limit of an environment variable.
        program: scheduledProgram(),
        secretsFingerprint: input("SECRETS_FINGERPRINT"),
      },
      optionalInput("REPAIR"),
    );
    const fly = new Flyctl(run, app);
    const found = await fly.preflightBeside(() => scheduledMachines(fly, wanted));
    const { machine, started } = await makeScheduled(fly, wanted, found);
    return { machine, runs: started };
  },
};
