import { loadKubeconfig } from "./kubeconfig.ts";
import { apiServer, type Ask } from "./api.ts";
import { skipVariable } from "./check.ts";
import { fixedFieldManager } from "../annotations.ts";

const timeoutMs = 15_000;

/**
 * Whether a stack of this program created the namespace. Pulumi releases such a namespace only under its own resource
 * name. Under that name, any other namespace would replace it in the state, and Pulumi would delete it despite its
 * protection.
 */
export async function isCreatedByStack(
  { context, namespace }: { context: string; namespace: string },
  env = process.env,
): Promise<boolean> {
  if (env[skipVariable] === "1") return false;
  return hasMark(apiServer(await loadKubeconfig(context, env), timeoutMs), namespace);
}

export async function hasMark(ask: Ask, namespace: string): Promise<boolean> {
  const { body } = await ask({ path: `/api/v1/namespaces/${namespace}` });
  const { metadata } = (body ?? {}) as { metadata?: { annotations?: Record<string, string> } };
  return Object.entries(fixedFieldManager).every(([name, value]) => metadata?.annotations?.[name] === value);
}
