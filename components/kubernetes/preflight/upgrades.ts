import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { tagMajor } from "../../../lib/image-reference.ts";
import { nextMinor } from "../postgres/upgrade.ts";
import { upgradeProblem } from "../../chatwoot/upgrade.ts";
import { versions } from "../../../config/versions.ts";
import { objectNames } from "../names.ts";
import { reading, type PreflightSettings, type Requirement } from "./requirement.ts";

/**
 * Whether one step can upgrade the running versions to the configured ones. Nothing is checked before the first
 * deployment.
 */
export function upgrades(settings: PreflightSettings): Requirement[] {
  const { install } = settings.kubernetes;
  const database = deployed(settings.kubernetes.postgres);
  return [
    chatwoot(settings),
    ...(database ? [postgres(settings, database)] : []),
    ...(install.cloudNativePg ? [operator(settings)] : []),
  ];
}

function chatwoot({ image, uncheckedImage, kubernetes }: PreflightSettings): Requirement {
  const { namespace } = kubernetes;
  return {
    key: "image",
    questions: [
      { path: `/apis/batch/v1/namespaces/${namespace}/jobs` },
      { path: `/apis/apps/v1/namespaces/${namespace}/deployments/${objectNames.release}-web` },
    ],
    // The schema is as new as the last completed preparation; an image can be set manually.
    judge: (jobs, web) => upgradeProblem(preparedImage(jobs?.body) ?? imageOf(web?.body), image, uncheckedImage),
  };
}

function postgres(
  { kubernetes: { namespace } }: PreflightSettings,
  { name, image, majorUpgrade }: PostgresConfig,
): Requirement {
  const path = `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/${name}`;
  return reading("kubernetes.postgres.image", path, ({ body }) => {
    const cluster = body as { status?: { image?: string }; spec?: { imageName?: string } } | undefined;
    const running = tagMajor(cluster?.status?.image ?? cluster?.spec?.imageName ?? "");
    const wanted = tagMajor(image);
    if (running === undefined || wanted === undefined || wanted === running) return undefined;
    if (wanted < running)
      return `is PostgreSQL ${wanted}, which cannot read the data of PostgreSQL ${running}. Use PostgreSQL ${running}`;
    if (majorUpgrade === wanted) return undefined;
    return (
      `is PostgreSQL ${wanted}, but ${running} runs: pg_upgrade stops every instance while it converts the data. ` +
      `Read docs/upgrades.md, back up, then set kubernetes.postgres.majorUpgrade to ${wanted}`
    );
  });
}

/** The chart's minor version and the operator's move together, by one. */
function operator({ kubernetes: { networkPolicies } }: PreflightSettings): Requirement {
  const selector = encodeURIComponent("app.kubernetes.io/name=cloudnative-pg");
  const path = `/apis/apps/v1/namespaces/${networkPolicies.operatorNamespace}/deployments?labelSelector=${selector}`;
  return reading("kubernetes.install.cloudNativePg", path, ({ body }) => {
    const found = (body as { items?: { metadata?: { labels?: Record<string, string> } }[] } | undefined)?.items?.[0];
    const running = /^cloudnative-pg-(\d+\.\d+\.\d+)$/.exec(found?.metadata?.labels?.["helm.sh/chart"] ?? "")?.[1];
    const next = running === undefined ? undefined : nextMinor(running, versions.cloudNativePgChart);
    if (next === undefined) return undefined;
    return (
      `installs chart ${versions.cloudNativePgChart}, but ${running} runs: CloudNativePG supports upgrades by one minor version only. ` +
      `Deploy a release of this program with chart ${next}.x first (docs/upgrades.md)`
    );
  });
}

type Job = Workload & {
  metadata?: { name?: string };
  status?: { completionTime?: string; conditions?: { type: string; status: string }[] };
};

/** The image of the newest preparation that completed. */
function preparedImage(body: unknown): string | undefined {
  const completed = ((body as { items?: Job[] } | undefined)?.items ?? []).filter(
    ({ metadata, status }) =>
      metadata?.name?.startsWith("chatwoot-prepare-") === true &&
      status?.conditions?.some(({ type, status: is }) => type === "Complete" && is === "True") === true,
  );
  const time = ({ status }: Job): string => status?.completionTime ?? "";
  return imageOf(completed.sort((a, b) => time(a).localeCompare(time(b))).at(-1));
}

type Workload = { spec?: { template?: { spec?: { containers?: { image?: string }[] } } } };

function imageOf(body: unknown): string | undefined {
  return (body as Workload | undefined)?.spec?.template?.spec?.containers?.[0]?.image;
}
