import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { isKind, specOf } from "./kubernetes.ts";
import { isObject, listOf, textOf, type Props, type Resource } from "./resource.ts";

export interface Backend {
  hosts: string[];
  path: string;
  /** Whether it gets the path alone, and not what is below it. */
  isExact: boolean;
  /** Undefined if it is no Service. */
  service: string | undefined;
  /** Number or name, as text. */
  port: string;
}

/** Where an Ingress or an HTTPRoute sends requests. Backends that a preview does not know are left out. */
export function backendsOf(resource: Resource): Backend[] {
  const spec = specOf(resource);
  const all = isKind(resource, "Ingress") ? ofIngress(spec) : ofRoute(spec);
  return all.filter(({ service, port }) => service !== unknownValue && port !== unknownValue);
}

function ofIngress(spec: Props): Backend[] {
  const named = (hosts: string[], { path, pathType, backend }: Props): Backend => {
    const { name, port }: Props = (backend as Props | undefined)?.["service"] ?? {};
    return {
      ...{ hosts, path: textOf(path) ?? "/", isExact: pathType === "Exact", service: textOf(name) },
      port: String(port?.number ?? port?.name ?? ""),
    };
  };
  const paths = listOf(spec["rules"]).flatMap(({ host, http }) =>
    listOf((http as Props | undefined)?.["paths"]).map((each) => named([textOf(host) ?? "*"], each)),
  );
  const standard: unknown = spec["defaultBackend"];
  return [...paths, ...(isObject(standard) ? [named(["*"], { path: "everything else", backend: standard })] : [])];
}

function ofRoute(spec: Props): Backend[] {
  const hosts = Array.isArray(spec["hostnames"]) ? (spec["hostnames"] as string[]) : [];
  return listOf(spec["rules"]).flatMap(({ matches, backendRefs }) => {
    const paths = listOf(matches).map(({ path }): Props => (isObject(path) ? path : {}));
    const path = paths.map(({ value }) => textOf(value) ?? "/").join(", ") || "/";
    const isExact = paths.length > 0 && paths.every(({ type }) => type === "Exact");
    return listOf(backendRefs).map(({ name, port }) => ({
      ...{ hosts, path, isExact, service: textOf(name), port: String(port ?? "") },
    }));
  });
}
