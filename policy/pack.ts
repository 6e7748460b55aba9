import type { AnyRule } from "./rule.ts";
import { closedNetworks } from "./rules/closed-networks.ts";
import { podSecurityLabels } from "./rules/pod-security-labels.ts";
import { backupsOn } from "./rules/backups-on.ts";
import { noSuperuser } from "./rules/no-superuser.ts";
import { connectionBudget } from "./rules/connection-budget.ts";
import { containerResources } from "./rules/container-resources.ts";
import { disruptionBudget } from "./rules/disruption-budget.ts";
import { exactImageTags } from "./rules/exact-image-tags.ts";
import { explicitNamespace } from "./rules/explicit-namespace.ts";
import { explicitProvider } from "./rules/explicit-provider.ts";
import { gateSettings } from "./rules/gate-settings.ts";
import { healthProbes } from "./rules/health-probes.ts";
import { imageDigests } from "./rules/image-digests.ts";
import { knownObjects } from "./rules/known-objects.ts";
import { noSecretInChartValues } from "./rules/no-secret-in-chart-values.ts";
import { noSecretInTheOpen } from "./rules/no-secret-in-the-open.ts";
import { noServiceOutside } from "./rules/no-service-outside.ts";
import { noTriggersWithDelete } from "./rules/no-triggers-with-delete.ts";
import { noWildcardRoles } from "./rules/no-wildcard-roles.ts";
import { plainRoutes } from "./rules/plain-routes.ts";
import { podSecurity } from "./rules/pod-security.ts";
import { protectedData } from "./rules/protected-data.ts";
import { publicRoutes } from "./rules/public-routes.ts";
import { secretLength } from "./rules/secret-length.ts";
import { secretsByReference } from "./rules/secrets-by-reference.ts";
import { serviceAccountTokens } from "./rules/service-account-tokens.ts";
import { spreadOverNodes } from "./rules/spread-over-nodes.ts";
import { tlsAtTheEdge } from "./rules/tls-at-the-edge.ts";

export const packName = "chatwoot";

/** Every rule, in the order of docs/policy.md. */
export const rules: readonly AnyRule[] = [
  knownObjects,
  exactImageTags,
  imageDigests,
  noServiceOutside,
  plainRoutes,
  publicRoutes,
  gateSettings,
  tlsAtTheEdge,
  closedNetworks,
  protectedData,
  backupsOn,
  noSuperuser,
  noTriggersWithDelete,
  secretsByReference,
  noSecretInTheOpen,
  noSecretInChartValues,
  secretLength,
  containerResources,
  healthProbes,
  disruptionBudget,
  spreadOverNodes,
  connectionBudget,
  podSecurity,
  podSecurityLabels,
  serviceAccountTokens,
  noWildcardRoles,
  explicitNamespace,
  explicitProvider,
];

/** The description that Pulumi prints. */
export function describe({ requirement, reason, fix }: AnyRule): string {
  return `${requirement} ${reason} ${fix}`;
}
