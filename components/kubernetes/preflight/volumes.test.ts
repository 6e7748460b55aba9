import { describe, expect, test } from "vitest";
import { sharedVolume, volumeSizes } from "./volumes.ts";
import { findingsIn, lines, type Change, type World } from "./test-world.ts";

const classes = (provisioner: string, allowVolumeExpansion = true): World => ({
  "/apis/storage.k8s.io/v1/storageclasses": {
    items: ["local-ssd", "longhorn-ssd"].map((name) => ({ metadata: { name }, provisioner, allowVolumeExpansion })),
  },
});
const claim = (name: string, storage: string, labels: object = {}) => ({
  metadata: { name, labels },
  spec: { storageClassName: "longhorn-ssd", resources: { requests: { storage } } },
  status: { phase: "Bound" },
});
const claims = (...items: object[]): World => ({ "/api/v1/namespaces/chatwoot/persistentvolumeclaims": { items } });
const inBucket: Change = ({ settings, secrets }) => {
  settings["storage"] = { kind: "s3", bucket: "attachments", endpoint: "https://s3.example.com" };
  Object.assign(secrets, { storageAccessKeyId: "id", storageSecretAccessKey: "key" });
};

describe("the attachments of several nodes", () => {
  const refused =
    "whose volumes one node alone can mount, so the claim with ReadWriteMany stays pending. Set a class that several nodes can write to, accessMode: ReadWriteOnce, which holds web and worker on one node, or storage.kind: s3";
  const cases: [what: string, world: World, change: Change, expected: string[]][] = [
    ["Longhorn", classes("driver.longhorn.io"), () => {}, []],
    [
      "local paths",
      classes("rancher.io/local-path"),
      () => {},
      [`storage.storageClass: is longhorn-ssd of the provisioner rancher.io/local-path, ${refused}`],
    ],
    ["EBS", classes("ebs.csi.aws.com"), () => {}, [refused]],
    ["EFS", classes("efs.csi.aws.com"), () => {}, []],
    ["Hetzner", classes("csi.hetzner.cloud"), () => {}, [refused]],
    ["Google's disks", classes("pd.csi.storage.gke.io"), () => {}, [refused]],
    ["Google's file store", classes("filestore.csi.storage.gke.io"), () => {}, []],
    ["Azure's disks", classes("disk.csi.azure.com"), () => {}, [refused]],
    ["Azure's files", classes("file.csi.azure.com"), () => {}, []],
    ["DigitalOcean", classes("dobs.csi.digitalocean.com"), () => {}, [refused]],
    [
      "volumes that an administrator creates",
      classes("kubernetes.io/no-provisioner"),
      () => {},
      ["? storage.storageClass: is longhorn-ssd of the provisioner kubernetes.io/no-provisioner: a volume with"],
    ],
    [
      "a claim that has a volume",
      { ...classes("rancher.io/local-path"), ...claims(claim("chatwoot-storage", "20Gi")) },
      () => {},
      [],
    ],
    ["a bucket", classes("ebs.csi.aws.com"), inBucket, []],
  ];
  test.each(cases)("%s", async (_what, world, change, expected) => {
    expect(lines(await findingsIn(world, sharedVolume, change))).toEqual(
      expected.map((line) => expect.stringContaining(line)),
    );
  });
});

describe("volumes that exist", () => {
  const database = (pvcRole: string, cluster = "chatwoot-db") => ({
    "cnpg.io/cluster": cluster,
    "cnpg.io/pvcRole": pvcRole,
  });
  const cases: [what: string, claims: World, grows: boolean, expected: string[]][] = [
    ["with their sizes", claims(claim("chatwoot-redis", "2Gi"), claim("chatwoot-storage", "20Gi")), false, []],
    ["that grow", claims(claim("chatwoot-redis", "1Gi")), true, []],
    [
      "that grow in a class that cannot",
      claims(claim("chatwoot-redis", "1024Mi")),
      false,
      [
        "kubernetes.redis.sizeGi: is 2, but the claim chatwoot-redis has 1024Mi, and its class longhorn-ssd does not let volumes grow. " +
          "Set it back, or set allowVolumeExpansion if the provisioner can expand: `kubectl --context newjoy edit storageclass longhorn-ssd`",
      ],
    ],
    [
      "that would shrink",
      claims(claim("chatwoot-storage", "40Gi")),
      true,
      [
        "storage.sizeGi: is 20, but the claim chatwoot-storage has 40Gi, and a volume cannot shrink. Set it to that size",
      ],
    ],
    [
      "of the database, once for all instances",
      claims(
        claim("chatwoot-db-1", "10Gi", database("PG_DATA")),
        claim("chatwoot-db-2", "10Gi", database("PG_DATA")),
        claim("chatwoot-db-1-wal", "4Gi", database("PG_WAL")),
      ),
      false,
      ["kubernetes.postgres.sizeGi: is 20", "kubernetes.postgres.walSizeGi: is 8"],
    ],
    [
      "of another database",
      claims(claim("old-1", "10Gi", database("PG_DATA", "old")), claim("other", "1Gi")),
      false,
      [],
    ],
  ];
  test.each(cases)("%s", async (_what, there, grows, expected) => {
    const found = await findingsIn({ ...classes("driver.longhorn.io", grows), ...there }, (settings, commands) => [
      volumeSizes(settings, commands),
    ]);
    expect(lines(found)).toEqual(expected.map((line) => expect.stringContaining(line)));
  });
});
