import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import type { ClusterPaths } from "./folder.ts";

/** A kubeconfig with everything inlined, so that it can be copied elsewhere on the machine. */
export function formatKubeconfig(paths: ClusterPaths, user: string, server: string, context: string): string {
  const base64 = (file: string) => readFileSync(file).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: context, cluster: { server, "certificate-authority-data": base64(paths.certificate("ca")) } }],
    users: [
      {
        name: `${context}-${user}`,
        user: {
          "client-certificate-data": base64(paths.certificate(user)),
          "client-key-data": base64(paths.key(user)),
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: context, user: `${context}-${user}` } }],
    "current-context": context,
  });
}
