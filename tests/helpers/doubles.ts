import { specialResourceSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import { plain, secret, unknownMarker, type ChildGoal, type Props, type ProviderFactory } from "pulumi-embedded-engine";

/** The rendered Chatwoot chart, as far as the program transforms it. */
function chartObjects({ values, namespace }: Props): ChildGoal[] {
  const deployment = (role: "web" | "worker", container: string): ChildGoal => ({
    type: "kubernetes:apps/v1:Deployment",
    name: `chatwoot-chart:${namespace}/chatwoot-${role}`,
    props: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: `chatwoot-${role}`, namespace },
      spec: {
        replicas: values[role].replicaCount,
        template: {
          metadata: { annotations: { "checksum/config": "x" } },
          spec: {
            containers: [
              {
                name: container,
                image: `${values.image.repository}:${values.image.tag}`,
                envFrom: [{ secretRef: { name: "chatwoot-env" } }],
                volumeMounts: [{ name: "cache", mountPath: "/app/tmp" }],
                resources: values[role].resources,
              },
            ],
            volumes: [{ name: "cache", emptyDir: {} }],
          },
        },
      },
    },
  });
  const service: ChildGoal = {
    type: "kubernetes:core/v1:Service",
    name: `chatwoot-chart:${namespace}/chatwoot`,
    props: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "chatwoot", namespace },
      spec: { type: values.services.type },
    },
  };
  return [service, deployment("web", "chatwoot-web"), deployment("worker", "chatwoot-workers")];
}

/** One object of another chart, to check how its children are handled. */
function operatorObject({ name, namespace }: Props): ChildGoal {
  const props = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } };
  return { type: "kubernetes:apps/v1:Deployment", name: `operators-${name}:${namespace}/${name}`, props };
}

/** A cluster that accepts everything, for tests of the program's requests. */
export const clusterDouble: ProviderFactory = () => ({
  create: (inputs, { preview, name }) => Promise.resolve({ id: preview ? "" : name, outputs: inputs }),
  update: (_id, _before, _outputs, inputs) => Promise.resolve(inputs),
  async construct(inputs, _context, child) {
    const goals = inputs["name"] === "chatwoot" ? chartObjects(inputs) : [operatorObject(inputs)];
    const children = await Promise.all(goals.map(child));
    return { resources: children.map(({ urn, id }) => ({ [specialSigKey]: specialResourceSig, urn, id })) };
  },
});

/** As the provider decides: an object of another name is another object. */
export const renamingCluster: ProviderFactory = (...args) => ({
  ...clusterDouble(...args),
  diff(before, _outputs, after) {
    const [was, is] = [before, after].map((value) => plain(value) as Props);
    if (JSON.stringify(was) === JSON.stringify(is)) return Promise.resolve({ changes: [] });
    const renamed = was?.["metadata"]?.name !== is?.["metadata"]?.name;
    const changed = Object.keys(is ?? {}).filter((key) => JSON.stringify(was?.[key]) !== JSON.stringify(is?.[key]));
    return Promise.resolve({
      changes: changed.map((key) => ({ path: [key], kind: "update" as const, replace: renamed })),
    });
  },
});

/** The output of the driver's steps, without flyctl. */
const commandDouble: ProviderFactory = () => {
  const answers: Record<string, string> = {
    redis: '{"url":"redis://default:planted-redis-password@fly-cache.upstash.io:6379"}',
    certificate: '{"status":"pending_validation","records":[]}',
  };
  const stdout = (inputs: Props): string => answers[String(inputs["create"])] ?? "{}";
  const run = (inputs: Props, preview: boolean): Props => ({
    ...inputs,
    stdout: preview ? unknownMarker : stdout(inputs),
    stderr: preview ? unknownMarker : "",
  });
  return {
    create: (inputs, { preview, name }) => Promise.resolve({ id: preview ? "" : name, outputs: run(inputs, preview) }),
    update: (_id, _before, _outputs, inputs, { preview }) => Promise.resolve(run(inputs, preview)),
  };
};

/** Generated secrets that a test can search for: `planted-` and the name of the resource. */
const randomDouble: ProviderFactory = () => ({
  diff: (before, _outputs, after) =>
    Promise.resolve({
      changes:
        JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: ["length"], kind: "update", replace: true }],
    }),
  create: (inputs, { preview, name }) =>
    Promise.resolve({
      id: preview ? "" : "none",
      outputs: { ...inputs, result: preview ? unknownMarker : secret(`planted-${name}`) },
    }),
});

export const doubles = { kubernetes: clusterDouble, command: commandDouble, random: randomDouble };
