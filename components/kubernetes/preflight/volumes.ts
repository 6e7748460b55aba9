import { deployed } from "../../../config/schema/kubernetes/external.ts";
import { quantityNumber } from "../../../lib/quantity.ts";
import { objectNames } from "../names.ts";
import type { Commands } from "./commands.ts";
import { itemsOf, type Finding, type PreflightSettings, type Requirement } from "./requirement.ts";

interface StorageClass {
  metadata: { name: string };
  provisioner?: string;
  allowVolumeExpansion?: boolean;
}
interface Claim {
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { storageClassName?: string; accessModes?: string[]; resources?: { requests?: { storage?: string } } };
  status?: { phase?: string };
}

/** Provisioners whose file systems only one node can mount. */
const nodeBound = [
  "rancher.io/local-path",
  "openebs.io/local",
  "local.csi.openebs.io",
  "topolvm.io",
  "topolvm.cybozu.com",
  "k8s.io/minikube-hostpath",
  "docker.io/hostpath",
  "microk8s.io/hostpath",
  "kubernetes.io/host-path",
  "hostpath.csi.k8s.io",
  "ebs.csi.aws.com",
  "ebs.csi.eks.amazonaws.com",
  "kubernetes.io/aws-ebs",
  "csi.hetzner.cloud",
  "pd.csi.storage.gke.io",
  "kubernetes.io/gce-pd",
  "disk.csi.azure.com",
  "kubernetes.io/azure-disk",
  "dobs.csi.digitalocean.com",
  "linodebs.csi.linode.com",
  "csi.scaleway.com",
  "block.csi.vultr.com",
  "cinder.csi.openstack.org",
  "blockvolume.csi.oraclecloud.com",
  "csi.exoscale.com",
  "csi.upcloud.com",
  "rbd.csi.ceph.com",
  "rook-ceph.rbd.csi.ceph.com",
];
/** Volumes that an administrator creates, of any kind. */
const manual = "kubernetes.io/no-provisioner";

/** Whether several nodes can mount the attachments' volume. */
export function sharedVolume({ storage, kubernetes: { namespace } }: PreflightSettings, commands: Commands) {
  if (storage.kind !== "claim" || storage.accessMode !== "ReadWriteMany") return [];
  const { storageClass: wanted, accessMode } = storage;
  const requirement: Requirement = {
    key: "storage.storageClass",
    questions: [classesAt, claimsAt(namespace)],
    judge(classes, claims) {
      const isBound = itemsOf<Claim>(claims).some(
        ({ metadata, status }) => metadata.name === objectNames.storage && status?.phase === "Bound",
      );
      const provisioner = itemsOf<StorageClass>(classes).find(({ metadata }) => metadata.name === wanted)?.provisioner;
      if (isBound || provisioner === undefined) return undefined;
      const seen = `is ${wanted} of the provisioner ${provisioner}`;
      const fix = `Set a class that several nodes can write to, accessMode: ReadWriteOnce, which holds web and worker on one node, or storage.kind: s3: \`${commands.kubectl("get", "storageclass")}\``;
      if (provisioner === manual)
        return { message: `${seen}: a volume with ${accessMode} must exist there. ${fix}`, isWarning: true };
      if (!nodeBound.includes(provisioner)) return undefined;
      return `${seen}, whose volumes one node alone can mount, so the claim with ${accessMode} stays pending. ${fix}`;
    },
  };
  return [requirement];
}

/** Whether existing volumes can get their configured sizes. */
export function volumeSizes(settings: PreflightSettings, commands: Commands): Requirement {
  const { namespace } = settings.kubernetes;
  return {
    key: "kubernetes.redis.sizeGi",
    questions: [classesAt, claimsAt(namespace)],
    judge(classes, claims) {
      const growing = new Set(
        itemsOf<StorageClass>(classes).flatMap(({ metadata, allowVolumeExpansion }) =>
          allowVolumeExpansion === true ? [metadata.name] : [],
        ),
      );
      const byKey = new Map<string, Finding>();
      for (const { metadata, spec } of itemsOf<Claim>(claims)) {
        const [key, sizeGi] = wantedSize(metadata, settings) ?? [];
        const text = spec?.resources?.requests?.storage ?? "";
        const present = quantityNumber(text);
        if (key === undefined || sizeGi === undefined || present === undefined) continue;
        const wanted = sizeGi * 1024 ** 3;
        const seen = `is ${sizeGi}, but the claim ${metadata.name} has ${text}`;
        const inClass = spec?.storageClassName ?? "";
        if (wanted < present)
          byKey.set(key, { key, message: `${seen}, and a volume cannot shrink. Set it to that size` });
        else if (wanted > present && !growing.has(inClass))
          byKey.set(key, {
            key,
            message:
              `${seen}, and its class ${inClass} does not let volumes grow. Set it back, or set ` +
              `allowVolumeExpansion if the provisioner can expand: \`${commands.kubectl("edit", "storageclass", inClass)}\``,
          });
      }
      return [...byKey.values()];
    },
  };
}

const classesAt = { path: "/apis/storage.k8s.io/v1/storageclasses" };
const claimsAt = (namespace: string) => ({ path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims` });

function wantedSize(
  { name, labels = {} }: Claim["metadata"],
  { storage, kubernetes }: PreflightSettings,
): [key: string, sizeGi: number] | undefined {
  const redis = deployed(kubernetes.redis);
  const postgres = deployed(kubernetes.postgres);
  if (name === objectNames.redis && redis !== undefined) return ["kubernetes.redis.sizeGi", redis.sizeGi];
  if (name === objectNames.storage && storage.kind === "claim") return ["storage.sizeGi", storage.sizeGi];
  if (postgres === undefined || labels["cnpg.io/cluster"] !== postgres.name) return undefined;
  if (labels["cnpg.io/pvcRole"] === "PG_DATA") return ["kubernetes.postgres.sizeGi", postgres.sizeGi];
  if (labels["cnpg.io/pvcRole"] === "PG_WAL") return ["kubernetes.postgres.walSizeGi", postgres.walSizeGi];
  return undefined;
}
