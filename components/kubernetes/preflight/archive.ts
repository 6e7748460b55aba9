import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { Problem } from "../../../config/problems.ts";
import { regionOf } from "../../../lib/s3-endpoint.ts";
import { serverNameOf } from "../postgres/archive.ts";
import type { Ask } from "./api.ts";
import type { PreflightSettings } from "./requirement.ts";

/** Keys of the backup bucket; undefined if this program does not have them. */
export type BackupKeys = () => Promise<{ accessKeyId: string; secretAccessKey: string } | undefined>;

const limitMs = 5000;

/**
 * A new cluster archives nothing into a folder that another one has written to. Asked only before the cluster exists, if
 * this machine reaches the bucket with these keys.
 */
export async function checkArchive(ask: Ask, settings: PreflightSettings, keys: BackupKeys): Promise<Problem[]> {
  const postgres = deployed(settings.kubernetes.postgres);
  const backup = postgres?.backup;
  if (backup === undefined) return [];
  const { namespace } = settings.kubernetes;
  const serverName = serverNameOf(postgres!);
  const path = `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/${postgres!.name}`;
  const { status, body } = await ask({ path });
  const plugins = (body as Cluster | undefined)?.spec?.plugins ?? [];
  const writesThere = plugins.some(({ parameters }) => parameters?.serverName === serverName);
  if ((status !== 200 && status !== 404) || (status === 200 && writesThere)) return [];
  const found = await keys();
  if (found === undefined) return [];
  const folder = `${backup.destination.replace(/\/$/, "")}/${serverName}/`;
  if ((await isEmpty(folder, backup, found)) !== false) return [];
  return [
    {
      key: "kubernetes.postgres.backup.serverName",
      message:
        `is ${serverName}, but ${folder} is not empty, and a new cluster archives nothing into the folder of another. ` +
        "Set another name; to continue with the data there, set kubernetes.postgres.recovery (docs/kubernetes/backups.md)",
    },
  ];
}

interface Cluster {
  spec?: { plugins?: { parameters?: { serverName?: string } }[] };
}

/** Whether a folder `s3://bucket/path/` has no object; undefined if the store does not answer that. */
async function isEmpty(
  folder: string,
  store: { endpoint: string; region?: string | undefined },
  credentials: { accessKeyId: string; secretAccessKey: string },
): Promise<boolean | undefined> {
  const [, Bucket, Prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(folder) ?? [];
  // Loading it takes longer than all other questions.
  const { ListObjectsV2Command, S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client({
    endpoint: store.endpoint,
    region: regionOf(store),
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  try {
    const abortSignal = AbortSignal.timeout(limitMs);
    const { KeyCount = 0 } = await client.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }), {
      abortSignal,
    });
    return KeyCount === 0;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
