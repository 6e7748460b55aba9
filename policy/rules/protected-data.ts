import { stepInput, stepOf } from "../fly.ts";
import { isDatabase, isKind, podOf } from "../kubernetes.ts";
import { listOf, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

interface Settings {
  rootKeys: string[];
  disposableApps: string[];
}

export const protectedData: Rule<Settings> = {
  name: "protected-data",
  requirement: "Database, claims, namespace, Redis, buckets, apps and root keys are protected.",
  reason:
    "Renaming a resource would delete them, and some cannot be recreated: without the encryption keys the database is unreadable.",
  fix: "Set `protect: true` in the resource's options. To delete a resource on purpose, run `pulumi state unprotect` first.",
  level: "mandatory",
  settings: {
    rootKeys: {
      type: "array",
      items: { type: "string" },
      default: [
        "secrets-secret-key-base",
        "secrets-encryption-primary-key",
        "secrets-encryption-deterministic-key",
        "secrets-encryption-key-derivation-salt",
        "postgres-password",
      ],
      description: "Names of generated secrets whose loss means loss of data or access",
    },
    disposableApps: {
      type: "array",
      items: { type: "string" },
      default: ["-logs", "-backup", "-pipeline"],
      description: "Suffixes of Fly apps without data",
    },
  },
  ofResource(resource, { settings }) {
    const what = holdsData(resource, settings);
    return what === undefined || resource.protect ? [] : [`${what} is not protected. Set protect: true.`];
  },
};

function holdsData(resource: Resource, { rootKeys, disposableApps }: Settings): string | undefined {
  if (isDatabase(resource)) return "the database";
  if (isKind(resource, "PersistentVolumeClaim")) return "the claim";
  if (isKind(resource, "Namespace")) return "the namespace, with everything in it,";
  if (isKind(resource, "StatefulSet")) {
    const volumes = listOf(podOf(resource)?.spec["volumes"]);
    const onClaims = volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
    return onClaims ? "a server with a claim" : undefined;
  }
  if (resource.type.startsWith("random:") && rootKeys.includes(resource.name)) return "the key";
  switch (stepOf(resource)) {
    case "redis":
      return "Redis";
    case "bucket":
      return "the bucket";
    case "app": {
      const app = stepInput(resource, "APP") ?? "";
      return disposableApps.some((end) => app.endsWith(end)) ? undefined : `app ${app}`;
    }
    default:
      return undefined;
  }
}
