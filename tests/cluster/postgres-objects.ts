import { plain, type Step } from "pulumi-embedded-engine";
import type { KubeObject } from "kubernetes-sandbox/client";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import { inNamespace } from "./strict.ts";

/** The objects of prod's database in a namespace, as the program creates them and in its order. */
export async function postgresObjects(namespace: string): Promise<KubeObject[]> {
  const engine = stackEngine("prod", { providers: doubles, change: inNamespace(namespace) });
  const { ok, steps, diagnostics } = await engine.up(program);
  if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const isOurs = ({ type, name, custom }: Step): boolean =>
    custom && type.startsWith("kubernetes:") && name.startsWith("postgres-");
  return steps.filter(isOurs).map(({ inputs }) => plain(inputs) as unknown as KubeObject);
}

/** The API server's path for creating an object of any kind. */
export function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const base = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  return `${base}/namespaces/${metadata.namespace}/${kind!.toLowerCase()}s`;
}
