import { fixedFieldManager } from "../annotations.ts";
import { objectNames } from "../names.ts";
import type { Answer, Ask } from "./api.ts";
import type { PreflightSettings } from "./requirement.ts";

const [manager] = Object.values(fixedFieldManager);

/**
 * Whether the deployment adopts a Chatwoot, or an operator, that this program has not deployed. It must not overwrite the
 * fields of another owner unless the operator asks for that.
 */
export async function adopts(ask: Ask, { kubernetes }: PreflightSettings): Promise<boolean> {
  const { namespace, postgres, install, networkPolicies } = kubernetes;
  const apps = (name: string, of = namespace): string => `/apis/apps/v1/namespaces/${of}/${name}`;
  const paths = [
    ...["web", "worker"].map((tier) => apps(`deployments/${objectNames.release}-${tier}`)),
    apps(`deployments/${objectNames.proxy}`),
    apps(`statefulsets/${objectNames.redis}`),
    ...("name" in postgres ? [`/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/${postgres.name}`] : []),
    ...(install.certManager ? [apps("deployments/cert-manager", "cert-manager")] : []),
    ...(install.cloudNativePg ? [apps("deployments/cloudnative-pg", networkPolicies.operatorNamespace)] : []),
  ];
  return (await Promise.all(paths.map((path) => ask({ path })))).some(isForeign);
}

/** What could not be read counts as another owner's, so that nothing is overwritten unseen. */
function isForeign({ status, body }: Answer): boolean {
  if (status === 404) return false;
  const object = body as { metadata?: { managedFields?: { manager?: string }[] } } | null | undefined;
  return status !== 200 || !object?.metadata?.managedFields?.some((each) => each.manager === manager);
}
