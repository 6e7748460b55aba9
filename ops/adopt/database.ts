import { tagMajor } from "../../lib/image-reference.ts";
import { quantityNumber } from "../../lib/quantity.ts";
import { at, textAt, type KubernetesObject } from "./objects.ts";

export interface Obstacle {
  what: string;
  /** The fix: a command where there is one. */
  command: string;
}

/** Changes that would stop the database, upgrade it unintentionally or abandon its data. */
export function databaseObstacles(pairs: readonly { wanted: KubernetesObject; live: KubernetesObject }[]): Obstacle[] {
  return pairs
    .filter(({ wanted }) => wanted.kind === "Cluster")
    .flatMap(({ wanted, live }) => [...image(wanted, live), ...database(live), ...sizes(wanted, live)]);
}

function image(wanted: KubernetesObject, live: KubernetesObject): Obstacle[] {
  const has = textAt(live, "spec.imageName");
  const [from, to] = [tagMajor(has), tagMajor(textAt(wanted, "spec.imageName"))];
  if (from === to) return [];
  const which = from === undefined ? `runs ${has || "an unnamed image"}` : `is PostgreSQL ${from}`;
  return [
    {
      what: `The database ${which}, and the deployment would upgrade it offline${to === undefined ? "" : ` to ${to}`}`,
      command: `Set its current image in the stack file and upgrade later: chatwoot:kubernetes.postgres.image: ${has || "IMAGE"}`,
    },
  ];
}

function database(live: KubernetesObject): Obstacle[] {
  const begun = at(live, "spec.bootstrap.initdb") ?? at(live, "spec.bootstrap.recovery");
  // CloudNativePG's default for both is app.
  const [name, owner] = [
    textAt(begun, "database") || "app",
    textAt(begun, "owner") || textAt(begun, "database") || "app",
  ];
  if (name === "chatwoot" && owner === "chatwoot") return [];
  return [
    {
      what: `Chatwoot's database is named ${name} and its owner ${owner}; the deployment names both chatwoot`,
      command: "Rename both or move the data while Chatwoot is stopped: docs/migration.md#the-databases-name",
    },
  ];
}

function sizes(wanted: KubernetesObject, live: KubernetesObject): Obstacle[] {
  const paths = { "spec.storage.size": "sizeGi", "spec.walStorage.size": "walSizeGi" };
  return Object.entries(paths).flatMap(([path, key]) => {
    const [want, has] = [gibibytes(textAt(wanted, path)), gibibytes(textAt(live, path))];
    if (want === undefined || has === undefined || want >= has) return [];
    return [
      {
        what: `The database's volumes have ${has} GiB, and volumes cannot shrink`,
        command: `Set it in the stack file: chatwoot:kubernetes.postgres.${key}: ${Math.ceil(has)}`,
      },
    ];
  });
}

function gibibytes(size: string): number | undefined {
  const bytes = quantityNumber(size);
  return bytes === undefined ? undefined : bytes / 2 ** 30;
}
