import { plain, type Props } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { KubeClient } from "kubernetes-sandbox/client";
import type { TestCluster } from "./support.ts";

type Change = NonNullable<StackOptions["change"]>;

/** The prod stack's objects whose resources have such a name, with this configuration, as the provider gets them. */
export async function stackObjects(names: RegExp, change: Change = () => {}): Promise<Record<string, Props>> {
  const { ok, steps, diagnostics } = await stackEngine("prod", { providers: doubles, change }).up(program);
  if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return Object.fromEntries(
    steps
      .filter(({ name, custom, type }) => custom && type.startsWith("kubernetes:") && names.test(name))
      .map(({ name, inputs }) => [name, plain(inputs) as Props]),
  );
}

/** A configuration that deploys to another namespace. */
export const inNamespace =
  (namespace: string, change: Change = () => {}): Change =>
  (values) => {
    values.settings["kubernetes"].namespace = namespace;
    change(values);
  };

/** The API server's error for an object under strict field validation, or "". Nothing is stored. */
export async function refusal({ client }: TestCluster, object: Props): Promise<string> {
  const { apiVersion, kind, metadata } = object as { apiVersion: string; kind: string; metadata: Props };
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const name = await pluralOf(client, base, kind);
  const where = metadata["namespace"] === undefined ? name : `namespaces/${metadata["namespace"]}/${name}`;
  try {
    await client.request("POST", `${base}/${where}?dryRun=All&fieldValidation=Strict`, object);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const plurals = new Map<string, string>();

/** Cached per kind: half of the requests would be this one. */
async function pluralOf(client: KubeClient, base: string, kind: string): Promise<string> {
  const key = `${base} ${kind}`;
  if (!plurals.has(key)) {
    const { resources } = await client.request("GET", base);
    for (const each of resources as { name: string; kind: string }[])
      if (!each.name.includes("/")) plurals.set(`${base} ${each.kind}`, each.name);
  }
  return plurals.get(key)!;
}
