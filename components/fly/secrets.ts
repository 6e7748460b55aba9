import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { secretsFingerprint } from "../../lib/fingerprint.ts";
import { stagedFingerprint, type Repairs } from "../driver/release-mark.ts";
import { driverStep } from "../driver/resource.ts";
import type { ScheduledRunning } from "../driver/scheduled-machine.ts";
import type { Running } from "../driver/what-runs.ts";
import { machineRepair, repairsOf, type WantedMachines } from "./repair.ts";

/** The root keys of a deployment. */
export interface RootKeys {
  /** Name of the secret that marks them (root-keys.ts). */
  mark: pulumi.Output<string>;
  /** Names of those that this stack has generated. */
  guarded: string[];
}

export interface SecretsArgs {
  app: string;
  /** The values, by the variable names that Chatwoot reads. */
  secrets: Record<string, pulumi.Output<string>>;
  /** Keys the fingerprint of the values, which previews show. */
  fingerprintKey: pulumi.Output<string>;
  /** Names that must not be secrets of the app, because a secret overrides the setting of the same name. */
  retired: string[];
  /** Names among them that the stack file chooses. Default: none. */
  chosen?: string[];
  /** Root keys among them, which must not overwrite those of another deployment. Default: none. */
  rootKeys?: RootKeys;
  /** The release that follows. If Fly has something else, both steps run again. Default: none follows. */
  release?: { machineConfig: string; restartsWith?: string | undefined; running: Running | undefined };
  /** The scheduled machines that follow, likewise. Default: none follow. */
  scheduled?: Pick<WantedMachines, "region" | "machines"> & { running: ScheduledRunning | undefined };
}

const result = z
  .object({
    fingerprint: z.string().default(""),
    repair: z.string().default(""),
    digests: z.record(z.string(), z.string()).default({}),
  })
  .catch({ fingerprint: "", repair: "", digests: {} });

/**
 * The app's secrets, staged: Fly stores them at once, and the next deployment sets them on the machines. The preview
 * shows their names; a changed value shows as a change of `stdin`.
 */
export class Secrets extends pulumi.ComponentResource {
  readonly staged: pulumi.Resource;
  /** What is staged, as the last successful run reported it. A release that depends on it never claims other values. */
  readonly fingerprint: pulumi.Output<string>;
  /** Those of `chosen` that it staged; undefined without any. */
  readonly chosen: pulumi.Output<string> | undefined;
  /** The repair that staged them; empty if none did. */
  readonly repair: pulumi.Output<string>;
  /** Makes the release again when it changes (repair.ts). */
  readonly releaseRepair: pulumi.Output<string>;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Secrets", name, {}, opts);
    const fingerprint = fingerprintOf(args);
    const due = fingerprint.apply((known) => dueRepairs(args, known));
    this.releaseRepair = due.apply(({ release }) => release);
    const step = driverStep(
      `${name}-staged`,
      "secrets",
      {
        inputs: {
          APP: args.app,
          SECRET_NAMES: Object.keys(args.secrets).sort().join("\n"),
          RETIRED_NAMES: [...args.retired].sort().join("\n"),
          ...(args.chosen && args.chosen.length > 0 && { CHOSEN_NAMES: [...args.chosen].sort().join("\n") }),
          ...(args.rootKeys && {
            GUARDED_NAMES: [...args.rootKeys.guarded].sort().join("\n"),
            ROOT_KEYS: args.rootKeys.mark,
          }),
          FINGERPRINT: fingerprint,
          REPAIR: due.apply(({ secrets }) => secrets),
        },
        identity: ["APP"],
        seesLastResult: true,
        secrets: args.secrets,
      },
      { parent: this },
    );
    this.staged = step;
    // Digests and fingerprints are not secret, but the step's input is.
    const reported = pulumi.unsecret(step.stdout).apply((text) => result.parse(parsed(text)));
    this.fingerprint = reported.apply(({ fingerprint, digests }) => stagedFingerprint(fingerprint, digests));
    const chosen = args.chosen ?? [];
    if (chosen.length > 0)
      this.chosen = reported.apply(({ digests }) => chosen.filter((name) => name in digests).join("\n"));
    this.repair = reported.apply(({ repair }) => repair);
    this.registerOutputs();
  }
}

function fingerprintOf({ fingerprintKey, secrets }: SecretsArgs): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi.all([fingerprintKey, pulumi.all(secrets)]).apply(([key, values]) => secretsFingerprint(key, values)),
  );
}

function dueRepairs({ secrets, retired, release, scheduled }: SecretsArgs, fingerprint: string): Repairs {
  const stored = { names: Object.keys(secrets), retired, fingerprint };
  if (scheduled === undefined) return repairsOf(release?.running, { machineConfig: "", ...release, ...stored });
  const repair = machineRepair(scheduled.running, { ...scheduled, ...stored });
  return { release: repair, secrets: repair };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
