import { z } from "zod";
import { isWorkers } from "../../config/worker-groups.ts";
import { StepProblem } from "../../lib/problem.ts";
import { objectNames } from "../../components/kubernetes/names.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { isReady, readPods, roleOf } from "../lib/kubernetes/pods.ts";
import type { Place } from "../lib/stack/place.ts";
import { configuredImage, type Release } from "./releases.ts";

export interface Deployments {
  /** `app hotdash-chatwoot`. */
  what: string;
  releases(): Promise<Release[]>;
  /** The images of web and worker, one line each. */
  serving(): Promise<string[]>;
}

export function deploymentsOf(place: Place, repeat: string): Deployments {
  return place.target === "fly" ? onFly(place.app, repeat) : onKubernetes(place, repeat);
}

const flyReleases = z.array(
  z.object({ Version: z.number(), Status: z.string(), ImageRef: z.string(), CreatedAt: z.string() }),
);
const flyMachines = z.array(
  z.object({
    id: z.string(),
    state: z.string(),
    config: z.object({ image: z.string(), metadata: z.record(z.string(), z.string()).nullish() }),
    checks: z.array(z.object({ status: z.string() })).nullish(),
  }),
);

function onFly(app: string, repeat: string): Deployments {
  const ask = new AppFlyctl(app, repeat);
  return {
    what: `app ${app}`,
    async releases() {
      await ask.fly.preflight();
      const found = await ask.json(["releases", "--image"], flyReleases);
      return found
        .filter(({ ImageRef }) => ImageRef !== "")
        .map(({ Version, Status, ImageRef, CreatedAt }) => ({
          number: Version,
          image: configuredImage(ImageRef),
          at: CreatedAt,
          complete: Status === "complete",
        }));
    },
    async serving() {
      const machines = await ask.json(["machine", "list"], flyMachines);
      return machines.flatMap(({ id, state, config, checks }) => {
        const group = config.metadata?.["fly_process_group"];
        if (group !== "web" && (group === undefined || !isWorkers(group))) return [];
        const failing = (checks ?? []).filter(({ status }) => status !== "passing").length;
        const health = failing > 0 ? `, ${failing} failing checks` : "";
        return [`${group} ${id} (${state}${health}): ${configuredImage(config.image)}`];
      });
    },
  };
}

const revisionKey = "deployment.kubernetes.io/revision";
const replicaSets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        creationTimestamp: z.string().default(""),
        annotations: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
      }),
      spec: z.object({
        replicas: z.number().default(0),
        template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }) }),
      }),
      status: z.object({ readyReplicas: z.number().default(0) }).default({ readyReplicas: 0 }),
    }),
  ),
});
const webDeployment = `${objectNames.release}-web`;

function onKubernetes(place: Place & { target: "kubernetes" }, repeat: string): Deployments {
  const kubectl = new Kubectl(place, repeat);
  const what = `Deployment ${webDeployment} in ${place.namespace}`;
  return {
    what,
    async releases() {
      const { items } = await kubectl.json(["get", "replicasets"], replicaSets);
      const ours = items.filter(({ metadata }) => metadata.ownerReferences.some(({ name }) => name === webDeployment));
      return ours.map(({ metadata, spec, status }) => ({
        number: Number(metadata.annotations[revisionKey] ?? 0),
        image: spec.template.spec.containers[0]?.image ?? "",
        at: metadata.creationTimestamp,
        complete: status.readyReplicas >= spec.replicas,
      }));
    },
    async serving() {
      const pods = (await readPods(kubectl)).filter((pod) => ["web", "worker"].includes(roleOf(pod)));
      if (pods.length === 0)
        throw new StepProblem(
          what,
          "has no pods",
          `Find the cause: \`kubectl get events --namespace ${place.namespace}\``,
        );
      return pods.map(
        (pod) =>
          `${roleOf(pod)} ${pod.metadata.name} (${isReady(pod) ? "ready" : "not ready"}): ${pod.spec.containers[0]?.image}`,
      );
    },
  };
}
