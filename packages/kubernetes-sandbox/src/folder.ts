import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { administrator, createPki, type KeyPair } from "./certificates.ts";

/** The paths in a cluster's folder. */
export function clusterPaths(dir: string) {
  const pki = join(dir, "pki");
  return {
    dir,
    pki,
    kubeconfig: join(dir, "kubeconfig"),
    controllerManagerKubeconfig: join(dir, "controller-manager.kubeconfig"),
    standInsKubeconfig: join(dir, "stand-ins.kubeconfig"),
    etcdData: join(dir, "etcd"),
    settings: join(dir, "cluster.json"),
    applied: join(dir, "applied.json"),
    faults: join(dir, "faults.json"),
    /** One file for each namespace with its own faults. */
    namespaceFaults: join(dir, "faults"),
    journal: join(dir, "journal.jsonl"),
    /** The administrator's write requests, as the API server logs them. */
    writes: join(dir, "writes.jsonl"),
    auditPolicy: join(dir, "audit-policy.json"),
    /** The program that `exec` starts; without this file, `exec` is refused. */
    inside: join(dir, "inside.json"),
    log: (component: string) => join(dir, "logs", `${component}.log`),
    pid: (component: string) => join(dir, "run", `${component}.json`),
    certificate: (name: string) => join(pki, `${name}.crt`),
    key: (name: string) => join(pki, `${name}.key`),
    tokenPublicKey: join(pki, "service-accounts.pub"),
  };
}

export type ClusterPaths = ReturnType<typeof clusterPaths>;

/** Writes a private file atomically. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}.new`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, path);
}

/** The JSON of a file; undefined if it is missing or invalid (a crash of the machine may leave it empty). */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Only writes of the administrator are logged: those of a deployment, not of controllers. */
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "Metadata",
      users: [administrator],
      verbs: ["create", "update", "patch", "delete", "deletecollection"],
      omitManagedFields: true,
    },
    { level: "None" },
  ],
};

/** Creates the folder and its certificates. Existing ones are kept, so that kubeconfigs in use keep working. */
export async function prepareFolder(dir: string): Promise<ClusterPaths> {
  const paths = clusterPaths(dir);
  for (const folder of [dir, paths.pki, join(dir, "logs"), join(dir, "run")]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  chmodSync(dir, 0o700);
  writePrivate(paths.auditPolicy, JSON.stringify(auditPolicy));
  // The authority is written last: without it, all certificates are created again.
  if (existsSync(paths.certificate("ca"))) return paths;
  const { serviceAccounts, ca, ...leaves } = await createPki();
  const write = (name: string, pair: KeyPair) => {
    writePrivate(paths.key(name), pair.key);
    writePrivate(paths.certificate(name), pair.certificate);
  };
  for (const [name, pair] of Object.entries(leaves)) write(name, pair);
  writePrivate(paths.key("service-accounts"), serviceAccounts.privateKey);
  writePrivate(paths.tokenPublicKey, serviceAccounts.publicKey);
  write("ca", ca);
  return paths;
}
