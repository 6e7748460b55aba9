import { readFileSync } from "node:fs";
import { z } from "zod";
import { shortHash } from "../../../lib/fingerprint.ts";
import type { Watched } from "./watched.ts";

/** The annotation with the folder for Grafana's sidecar, by the name that kube-prometheus-stack documents. */
export const folderAnnotation = "grafana_folder";

/** dashboards/kubernetes.json, which can also be imported manually. */
const file = new URL("../../../dashboards/kubernetes.json", import.meta.url);

const variable = z.looseObject({ name: z.string(), current: z.unknown(), query: z.unknown() });
const shape = z.looseObject({
  uid: z.string(),
  title: z.string(),
  templating: z.looseObject({ list: z.array(variable) }),
});

/** Grafana's limit is 40 characters; two long namespaces may begin alike. */
function uidOf(namespace: string): string {
  const uid = `chatwoot-${namespace}`;
  return uid.length <= 40 ? uid : `${uid.slice(0, 31)}-${shortHash({ namespace })}`;
}

/** An option of a variable: a name, and what it stands for. */
const option = ([name, queues]: [string, readonly string[]]): string => `${name} : ${queues.join("|")}`;

/** The dashboard with this stack's names selected, so that it shows data when opened; one for each namespace. */
export function dashboard({ namespace, database, queues }: Pick<Watched, "namespace" | "database" | "queues">): string {
  const { templating, ...rest } = shape.parse(JSON.parse(readFileSync(file, "utf8")));
  const chosen: Record<string, string> = { namespace, ...(database && { database: database.name }) };
  const list = templating.list.map((each) => {
    if (each.name === "workers")
      return { ...each, query: [each.query, ...Object.entries(queues).map(option)].join(",") };
    const value = chosen[each.name];
    return value === undefined ? each : { ...each, query: value, current: { text: value, value } };
  });
  return JSON.stringify({
    ...rest,
    uid: uidOf(namespace),
    title: `${rest.title}: ${namespace}`,
    templating: { ...templating, list },
  });
}
