import { parse, type TomlTable } from "smol-toml";
import { z } from "zod";
import type { RecordedStep } from "../lib/stack/steps.ts";

/** An app as last deployed. Parts without a step are undefined or empty and are not compared. */
export interface ExpectedApp {
  app: string;
  organization: string | undefined;
  /** fly.toml. */
  config: TomlTable | undefined;
  /** `registry/repository:tag@digest` of the release. */
  image: string | undefined;

  release: number | undefined;
  /** Machines by process group. */
  counts: Record<string, number>;
  /** Digests by name, as far as the state has them. Undefined if no step sets secrets. */
  secrets: Record<string, string | undefined> | undefined;
  /** Whether Fly sets the secrets of a Tigris bucket. */
  hasBucket: boolean;
  /** Host names with a certificate. */
  hosts: string[];
  /** Public addresses, with the types of `flyctl ips list`. */
  addresses: { type: string; address: string }[];
  /** Machines that Fly starts on a schedule. */
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
const secretsResult = z
  .object({ digests: z.record(z.string(), z.string()).default({}), rootKeys: z.string().optional() })
  .catch({ digests: {} });
const addresses = z
  .object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })) })
  .catch({ addresses: [] });

/** The apps of a stack, in the state's order, without apps that only receive a hand-over. */
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

/** Parses `web=1 worker=2`. Default: one machine per group, as a deployment creates. */
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

/** Ignores addresses of a type that is no longer configured: they may be released. */
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
  const { digests, rootKeys } = secretsResult.parse(result);
  return Object.fromEntries(
    [...names, ...(rootKeys ? [rootKeys] : [])].map((name) => [name, digests[name] || undefined]),
  );
}
