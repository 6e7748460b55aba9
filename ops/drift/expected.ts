import { parse, type TomlTable } from "smol-toml";
import { z } from "zod";
import type { RecordedStep } from "../lib/stack/steps.ts";

/** What the stack's last deployment made of one app. What has no step is undefined or empty, and is not compared. */
export interface ExpectedApp {
  app: string;
  organization: string | undefined;
  /** Its fly.toml. */
  config: TomlTable | undefined;
  /** `registry/repository:tag@digest` of the release. */
  image: string | undefined;
  /** Version of the release. */
  release: number | undefined;
  /** Machines by process group. */
  counts: Record<string, number>;
  /** Names of secrets; with the digest where the state has it. Undefined where no step sets secrets. */
  secrets: Record<string, string | undefined> | undefined;
  /** Whether Fly itself sets the secrets of a Tigris bucket. */
  hasBucket: boolean;
  /** Host names with a certificate. */
  hosts: string[];
  /** Public addresses by kind, as `flyctl ips list` names it. */
  addresses: { type: string; address: string }[];
  /** Machines that Fly starts by a schedule. */
  jobs: ScheduledJob[];
  steps: readonly RecordedStep[];
}

export interface ScheduledJob {
  machine: string;
  schedule: string;
  memoryMb: number;
  /** `registry/repository:tag` */
  image: string;
}

const release = z.object({ release: z.number().optional(), image: z.string().optional() }).catch({});
const digests = z.object({ digests: z.record(z.string(), z.string()).default({}) }).catch({ digests: {} });
const addresses = z
  .object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })) })
  .catch({ addresses: [] });

/** The apps of a stack, in the state's order. An app that only gets a hand-over is somebody else's. */
export function expectedApps(all: readonly RecordedStep[]): ExpectedApp[] {
  const steps = all.filter(({ step }) => step !== "handover");
  const names = new Set(steps.flatMap(({ app }) => (app === undefined ? [] : [app])));
  return [...names].map((app) =>
    expectedApp(
      app,
      steps.filter((step) => step.app === app),
    ),
  );
}

function expectedApp(app: string, steps: readonly RecordedStep[]): ExpectedApp {
  const of = (name: string): RecordedStep[] => steps.filter(({ step }) => step === name);
  const [deployment] = of("deployment");
  const config =
    deployment?.inputs["MACHINE_CONFIG"] === undefined ? undefined : parse(deployment.inputs["MACHINE_CONFIG"]);
  const released = release.parse(deployment?.result ?? {});
  return {
    app,
    organization: of("app")[0]?.inputs["ORGANIZATION"],
    config,
    image: released.image,
    release: released.release,
    counts: countsOf(of("scale")[0] ?? deployment, config),
    secrets: of("secrets").length === 0 ? undefined : Object.assign({}, ...of("secrets").map(secretsOf)),
    hasBucket: of("bucket").length > 0,
    hosts: of("certificate").flatMap(({ inputs }) => inputs["HOSTNAME"] ?? []),
    addresses: of("addresses").flatMap(addressesOf),
    jobs: [...of("backup"), ...of("pipeline")].flatMap(jobOf),
    steps,
  };
}

/** `web=1 worker=2`; without it one machine of each group, which is what a deployment makes. */
function countsOf(step: RecordedStep | undefined, config: TomlTable | undefined): Record<string, number> {
  const counts = step?.inputs["COUNTS"]?.split(/\s+/).filter(Boolean) ?? [];
  if (counts.length > 0)
    return Object.fromEntries(
      counts.map((pair) => pair.split("=")).map(([group = "", count]) => [group, Number(count)]),
    );
  if (config === undefined) return {};
  const groups = Object.keys((config["processes"] as TomlTable | undefined) ?? { app: "" });
  return Object.fromEntries(groups.map((group) => [group, 1]));
}

/** Those that are asked for: one that is not any more may be given back. */
function addressesOf({ inputs, result }: RecordedStep): ExpectedApp["addresses"] {
  const unwanted = inputs["IPV4"] === "dedicated" ? "shared_v4" : "v4";
  return addresses.parse(result).addresses.filter(({ type }) => type !== unwanted);
}

function jobOf({ inputs, result }: RecordedStep): ScheduledJob[] {
  const { SCHEDULE: schedule = "", MEMORY_MB: memory, IMAGE: image = "" } = inputs;
  const { machine } = result;
  return typeof machine === "string" ? [{ machine, schedule, memoryMb: Number(memory), image }] : [];
}

function secretsOf({ inputs, result }: RecordedStep): Record<string, string | undefined> {
  const names = (inputs["SECRET_NAMES"] ?? "").split(/\s+/).filter(Boolean);
  const known = digests.parse(result).digests;
  return Object.fromEntries(names.map((name) => [name, known[name] || undefined]));
}
