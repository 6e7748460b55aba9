import { backups, scheduledBackups } from "./cnpg/backups.ts";
import { postgresClusters } from "./cnpg/cluster.ts";
import { databases } from "./cnpg/database.ts";
import { objectStores } from "./cnpg/object-stores.ts";
import { poolers } from "./cnpg/poolers.ts";
import { externalSecrets } from "./external-secrets.ts";
import { kubelet } from "./kubelet/kubelet.ts";
import { certificates } from "./network/certificates.ts";
import { ingresses, loadBalancers } from "./network/load-balancers.ts";
import { routes } from "./network/routes.ts";
import { scheduler } from "./scheduler/scheduler.ts";
import type { StandIn } from "./stand-in.ts";
import { claims, volumes } from "./storage/volumes.ts";

/** All stand-ins. */
export const standIns: readonly StandIn[] = [
  scheduler,
  kubelet,
  claims,
  volumes,
  loadBalancers,
  ingresses,
  routes,
  certificates,
  postgresClusters,
  databases,
  scheduledBackups,
  backups,
  poolers,
  objectStores,
  externalSecrets,
];
