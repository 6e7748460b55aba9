import type { KubeObject } from "../../kube-client.ts";
import { resourceValue } from "../quantity.ts";
import type { Lookup } from "../world.ts";
import type { Container, EnvVar, KeyRef, Pod } from "./pod.ts";

const decode = (text: string) => Buffer.from(text, "base64").toString("utf8");

/** Expands `$(NAME)` for known names, keeps unknown ones, and turns `$$` into a dollar sign. */
export function expand(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) =>
    name === undefined ? "$" : (known[name] ?? match),
  );
}

/** The variables that each container gets for the services of its namespace (service links). */
export function serviceEnvironment(services: readonly KubeObject[]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const service of services) {
    const { clusterIP, ports } = service.spec as {
      clusterIP?: string;
      ports?: { name?: string; port: number; protocol?: string }[];
    };
    if (!clusterIP || clusterIP === "None" || !ports?.length) continue;
    const prefix = service.metadata.name.toUpperCase().replaceAll("-", "_");
    environment[`${prefix}_SERVICE_HOST`] = clusterIP;
    environment[`${prefix}_SERVICE_PORT`] = String(ports[0]!.port);
    for (const [index, { name, port, protocol = "TCP" }] of ports.entries()) {
      if (name) environment[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll("-", "_")}`] = String(port);
      const url = `${protocol.toLowerCase()}://${clusterIP}:${port}`;
      if (index === 0) environment[`${prefix}_PORT`] = url;
      const link = `${prefix}_PORT_${port}_${protocol}`;
      Object.assign(environment, {
        [link]: url,
        [`${link}_PROTO`]: protocol.toLowerCase(),
        [`${link}_PORT`]: String(port),
        [`${link}_ADDR`]: clusterIP,
      });
    }
  }
  return environment;
}

function fieldValue(pod: Pod, path: string): string | undefined {
  const { metadata, spec, status } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return metadata[keyed[1] as "labels" | "annotations"]?.[keyed[2]!] ?? "";
  const fields: Record<string, string | undefined> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.nodeName": spec.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.hostIP": status?.hostIP,
    "status.hostIPs": status?.hostIP,
    "status.podIP": status?.podIP,
    "status.podIPs": status?.podIP,
  };
  return fields[path];
}

function valueOf(pod: Pod, container: Container, variable: EnvVar, lookup: Lookup): string | undefined {
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = variable.valueFrom ?? {};
  const read = (kind: "Secret" | "ConfigMap", ref: KeyRef) =>
    lookup.get(kind, pod.metadata.namespace, ref.name)?.data?.[ref.key] as string | undefined;
  if (secretKeyRef) {
    const value = read("Secret", secretKeyRef);
    return value === undefined ? undefined : decode(value);
  }
  if (configMapKeyRef) return read("ConfigMap", configMapKeyRef);
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath);
  if (resourceFieldRef) {
    const [list, name] = resourceFieldRef.resource.split(".") as ["limits" | "requests", string];
    return resourceValue(container.resources?.[list]?.[name], resourceFieldRef.divisor);
  }
  return undefined;
}

/**
 * The environment of a container's process: variables of services, then envFrom in order, then env. Only values in env
 * expand $(NAME), and only names that are set before them.
 */
export function effectiveEnvironment(pod: Pod, container: Container, lookup: Lookup): Record<string, string> {
  const namespace = pod.metadata.namespace!;
  const links = pod.spec.enableServiceLinks === false ? [] : lookup.list("Service", namespace);
  const api = lookup.get("Service", "default", "kubernetes");
  const services = serviceEnvironment([...(api ? [api] : []), ...links]);
  const environment: Record<string, string> = {};
  for (const { prefix = "", secretRef, configMapRef } of container.envFrom ?? []) {
    const [kind, name] = secretRef
      ? (["Secret", secretRef.name] as const)
      : (["ConfigMap", configMapRef?.name ?? ""] as const);
    const data = (lookup.get(kind, namespace, name)?.data ?? {}) as Record<string, string>;
    for (const [key, value] of Object.entries(data)) environment[prefix + key] = secretRef ? decode(value) : value;
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? valueOf(pod, container, variable, lookup)
      : expand(variable.value ?? "", { ...services, ...environment });
    if (value !== undefined) environment[variable.name] = value;
  }
  return { ...services, ...environment };
}
