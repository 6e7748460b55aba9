import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { isKind, specOf } from "./kubernetes.ts";
import { isObject, listOf, textOf, type Props, type Resource } from "./resource.ts";

export interface Backend {
  path: string;
  /** Undefined if it is no Service. */
  service: string | undefined;
  /** Number or name, as text. */
  port: string;
}

/** Where an Ingress or an HTTPRoute sends requests. Backends that a preview does not know are left out. */
export function backendsOf(resource: Resource): Backend[] {
  const spec = specOf(resource);
  if (isKind(resource, "Ingress")) {
    const named = (path: unknown, backend: unknown): Backend => {
      const { name, port }: Props = (backend as Props | undefined)?.["service"] ?? {};
      return { path: textOf(path) ?? "/", service: textOf(name), port: String(port?.number ?? port?.name ?? "") };
    };
    const paths = listOf(spec["rules"]).flatMap(({ http }) => listOf((http as Props | undefined)?.["paths"]));
    const standard = isObject(spec["defaultBackend"]) ? [named("everything else", spec["defaultBackend"])] : [];
    return [...paths.map(({ path, backend }) => named(path, backend)), ...standard].filter(isKnown);
  }
  return listOf(spec["rules"])
    .flatMap(({ matches, backendRefs }) => {
      const paths = listOf(matches).map(({ path }) => textOf((path as Props | undefined)?.["value"]) ?? "/");
      return listOf(backendRefs).map(({ name, port }) => ({
        ...{ path: paths.join(", ") || "/", service: textOf(name), port: String(port ?? "") },
      }));
    })
    .filter(isKnown);
}

const isKnown = ({ service, port }: Backend): boolean => service !== unknownValue && port !== unknownValue;
