import { z } from "zod";
import { organizationSchema, type Organization } from "../../components/driver/organization.ts";
import type { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import type { ExpectedApp } from "./expected.ts";

const machine = z.object({
  id: z.string(),
  state: z.string(),
  region: z.string(),
  cordoned: z.boolean().nullish(),
  image_ref: z.object({
    registry: z.string().nullish(),
    repository: z.string(),
    tag: z.string().nullish(),
    digest: z.string().nullish(),
  }),
  config: z.object({
    guest: z.object({ cpu_kind: z.string(), cpus: z.number(), memory_mb: z.number() }).nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    schedule: z.string().nullish(),
  }),
  checks: z.array(z.object({ name: z.string(), status: z.string(), output: z.string().nullish() })).nullish(),
});
const status = z.object({ Organization: organizationSchema, Machines: z.array(machine).nullish() });
const secret = z.object({ name: z.string(), digest: z.string().optional(), status: z.string().optional() });
const release = z.object({ Version: z.number(), Status: z.string() });
const certificate = z.object({
  hostname: z.string(),
  status: z.string(),
  certificates: z.array(z.object({ expires_at: z.string().nullish() })).nullish(),
});
const address = z.object({ Address: z.string(), Type: z.string() });

/** Go encodes an empty list as null. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullable()
    .transform((list) => list ?? []);

export type Machine = z.output<typeof machine>;
export type Certificate = z.output<typeof certificate>;

/** The live app. Parts that were not read are undefined. */
export interface ActualApp {
  organization: Organization;
  machines: Machine[];
  secrets?: z.output<typeof secret>[];
  /** fly.toml of the last release. */
  config?: Record<string, unknown>;

  release?: z.output<typeof release> | undefined;
  certificates?: Certificate[];
  addresses?: z.output<typeof address>[];
}

/** Reads the parts of the app that are expected; undefined if the app does not exist. */
export async function readApp(ask: AppFlyctl, expected: ExpectedApp): Promise<ActualApp | undefined> {
  const now = await readStatus(ask, expected.app);
  if (now === undefined) return undefined;
  const [jobs, secrets, config, releases, certificates, addresses] = await Promise.all([
    // `status` omits machines without a release.
    expected.jobs.length === 0 ? undefined : ask.json(["machine", "list"], listOf(machine)),
    expected.secrets && ask.json(["secrets", "list"], listOf(secret)),
    // `config show` prints JSON without --json.
    expected.config &&
      ask
        .text(["config", "show"])
        .then((text) => ask.parse(["config", "show"], text, z.record(z.string(), z.unknown()))),
    expected.release === undefined ? undefined : ask.json(["releases", "--image"], listOf(release)),
    expected.hosts.length === 0 ? undefined : readCertificates(ask),
    expected.addresses.length === 0 ? undefined : ask.json(["ips", "list"], listOf(address)),
  ]);
  return {
    organization: now.Organization,
    machines: jobs ?? now.Machines ?? [],
    ...(secrets && { secrets }),
    ...(config && { config }),
    ...(releases && { release: releases[0] }),
    ...(certificates && { certificates }),
    ...(addresses && { addresses }),
  };
}

/** `status` can fail for any reason; only the list of apps proves that the app does not exist. */
async function readStatus(ask: AppFlyctl, app: string): Promise<z.output<typeof status> | undefined> {
  const question = ["status"];
  const answer = await ask.fly.attempt([...question, "--app", app, "--json"]);
  if (answer.ok) return ask.parse(question, answer.stdout, status);
  const listed = await ask.fly.attempt(["apps", "list", "--json"]);
  const gone = listed.ok && !ask.parse(["apps", "list"], listed.stdout, appList).some(({ Name }) => Name === app);
  if (gone) return undefined;
  throw ask.failed(question, answer);
}

const appList = listOf(z.object({ Name: z.string() }));

async function readCertificates(ask: AppFlyctl): Promise<Certificate[]> {
  const list = await ask.json(["certs", "list"], listOf(z.object({ hostname: z.string() })));
  return Promise.all(list.map(({ hostname }) => ask.json(["certs", "check", hostname], certificate)));
}
