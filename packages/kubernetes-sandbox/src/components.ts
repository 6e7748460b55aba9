import { join } from "node:path";
import type { Tools } from "./tools/build.ts";
import type { ClusterPaths } from "./folder.ts";
import type { Ports } from "./ports.ts";

/** In start order; they stop in reverse order. */
export const componentNames = ["etcd", "kube-apiserver", "kube-controller-manager", "stand-ins"] as const;
export type ComponentName = (typeof componentNames)[number];
export type Command = readonly [string, ...string[]];

function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function etcd(tools: Tools, paths: ClusterPaths, ports: Ports): Command {
  const client = `https://127.0.0.1:${ports.etcd}`;
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  const security = (prefix: string) => ({
    [`${prefix}cert-file`]: paths.certificate("etcd"),
    [`${prefix}key-file`]: paths.key("etcd"),
    [`${prefix}trusted-ca-file`]: paths.certificate("ca"),
    [`${prefix}client-cert-auth`]: "true",
  });
  return [
    tools.etcd,
    ...flags({
      name: "sandbox",
      "data-dir": paths.etcdData,
      "listen-client-urls": client,
      "advertise-client-urls": client,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `sandbox=${peer}`,
      // Other users of the machine can reach the loopback too, so a client certificate is required.
      ...security(""),
      ...security("peer-"),
      // Several times faster; a power failure may lose the last second of data.
      "unsafe-no-fsync": "true",
      "log-level": "warn",
    }),
  ];
}

function apiserver(tools: Tools, paths: ClusterPaths, ports: Ports): Command {
  return [
    tools.kubeApiserver,
    ...flags({
      "etcd-servers": `https://127.0.0.1:${ports.etcd}`,
      "etcd-cafile": paths.certificate("ca"),
      "etcd-certfile": paths.certificate("etcd"),
      "etcd-keyfile": paths.key("etcd"),
      "bind-address": "127.0.0.1",
      "advertise-address": "127.0.0.1",
      "secure-port": ports.apiserver,
      "tls-cert-file": paths.certificate("apiserver"),
      "tls-private-key-file": paths.key("apiserver"),
      "client-ca-file": paths.certificate("ca"),
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-signing-key-file": paths.key("service-accounts"),
      "service-account-key-file": paths.tokenPublicKey,
      "service-cluster-ip-range": "10.0.0.0/16",
      "authorization-mode": "RBAC",
      // The kubelet stand-in listens on the loopback only, which nodes report as their external address.
      "kubelet-preferred-address-types": "ExternalIP",
      "kubelet-certificate-authority": paths.certificate("ca"),
      "kubelet-client-certificate": paths.certificate("etcd"),
      "kubelet-client-key": paths.key("etcd"),
      "endpoint-reconciler-type": "none",
      "allow-privileged": "true",
      "anonymous-auth": "false",
      profiling: "false",
      "audit-policy-file": paths.auditPolicy,
      "audit-log-path": paths.writes,
      // The default of an hour is too long for a cluster that is rebuilt in seconds.
      "event-ttl": "30m",
    }),
  ];
}

function controllerManager(tools: Tools, paths: ClusterPaths): Command {
  const kubeconfig = paths.controllerManagerKubeconfig;
  return [
    tools.kubeControllerManager,
    ...flags({
      kubeconfig,
      "authentication-kubeconfig": kubeconfig,
      "authorization-kubeconfig": kubeconfig,
      "service-account-private-key-file": paths.key("service-accounts"),
      "root-ca-file": paths.certificate("ca"),
      "leader-elect": "false",
      "bind-address": "127.0.0.1",
      "secure-port": 0,
      controllers: "*,-nodeipam,-cloud-node-lifecycle,-route",
      // No pods are evicted when a laptop wakes from sleep.
      "node-monitor-grace-period": "10m",
      // The default limits protect a shared server.
      "kube-api-qps": 500,
      "kube-api-burst": 1000,
    }),
  ];
}

/** The command line of one component. */
export function componentCommand(name: ComponentName, tools: Tools, paths: ClusterPaths, ports: Ports): Command {
  switch (name) {
    case "etcd":
      return etcd(tools, paths, ports);
    case "kube-apiserver":
      return apiserver(tools, paths, ports);
    case "kube-controller-manager":
      return controllerManager(tools, paths);
    case "stand-ins":
      return [process.execPath, join(import.meta.dirname, "stand-ins", "main.ts"), "--dir", paths.dir];
  }
}
