import {
  isNamespaced,
  checkedInputs,
  chartArgs,
  renderChart,
  decodeManifests,
  prepareObjects,
  registerObjects,
  configFileObjects,
  configGroupObjects,
  readConfig,
  diffObjects,
  decodeYaml,
  normalize,
  fromTypeToken,
  idOf,
  parseId,
  fromState,
  toState,
  type KubeObject,
} from "pulumi-embedded-engine/providers/kubernetes";
import {
  plain,
  secret,
  unknownMarker,
  type ChildGoal,
  type Props,
  type Provider,
  type ProviderContext,
  type ProviderFactory,
  type RegisteredChild,
} from "pulumi-embedded-engine";

/** The version that charts see, as there is no cluster. */
const kubernetesVersion = "1.34.0";
const helmLimitMs = 120_000;
const manager = "pulumi-kubernetes-preview";
const defaultNamespace = "default";

/** Placeholder values for the Secrets that the program reads from the cluster. */
const placeholderSecrets = Object.fromEntries(
  ["ACCESS_KEY_ID", "ACCESS_SECRET_KEY", "client-id", "client-secret", "password"].map((key) => [
    key,
    Buffer.from(`preview-${key}`).toString("base64"),
  ]),
);

const scopeOf = ({ apiVersion, kind }: KubeObject) => isNamespaced(undefined, apiVersion, kind);

/** A Kubernetes provider without a cluster, which accepts every object. */
export function offlineCluster(helm: () => Promise<string>): ProviderFactory {
  return (config): Provider => ({
    check: (news, olds, context) =>
      Promise.resolve({
        inputs: checkedInputs(plain(news) as KubeObject, olds && (plain(olds) as KubeObject), context.name, undefined),
      }),
    async diff(oldInputs, oldOutputs, newInputs) {
      const state = fromState(oldOutputs);
      const news = plain(newInputs) as KubeObject;
      return diffObjects({
        oldInputs: state.inputs ?? (plain(oldInputs) as KubeObject),
        oldLive: state.live,
        newInputs: news,
        namespaced: (await scopeOf(normalize(news))) !== false,
        mutable: readConfig(config, {}),
      });
    },
    create: (inputs) => Promise.resolve({ id: idOf(inputs), outputs: written(inputs) }),
    update: (_id, _oldInputs, _oldOutputs, inputs) => Promise.resolve(written(inputs)),
    delete: () => Promise.resolve(),
    read(id, inputs, { type }) {
      const { apiVersion, kind } = fromTypeToken(type);
      const held = kind === "Secret" ? { data: secret(placeholderSecrets) } : {};
      return Promise.resolve({ id, outputs: { apiVersion, kind, metadata: parseId(id), ...held, ...inputs } });
    },
    invoke(token, args) {
      if (token === "kubernetes:yaml:decode") return decodeYaml(plain(args) as Props, scopeOf);
      throw new Error(`offline preview: unsupported function ${token}`);
    },
    construct: (args, context, child) => construct(plain(args) as Props, context, child, helm),
  });
}

function written(inputs: Props): Props {
  const object = plain(inputs) as KubeObject;
  return toState(object, object, object["apiVersion"], manager);
}

async function construct(
  inputs: Props,
  context: ProviderContext,
  child: (goal: ChildGoal) => Promise<RegisteredChild>,
  helm: () => Promise<string>,
): Promise<Props> {
  const warn = (message: string): void => context.warn(message);
  const isChart = context.type === "kubernetes:helm.sh/v4:Chart";
  if (JSON.stringify(inputs).includes(unknownMarker)) {
    warn("Input properties have unknown values. Preview is incomplete.");
    return { resources: unknownMarker };
  }
  const objects = await render(inputs, context, helm);
  const namespace: string = isChart ? (inputs["namespace"] ?? defaultNamespace) : defaultNamespace;
  const resources = await registerObjects(await prepareObjects(objects, namespace, undefined, warn), {
    prefix: inputs["resourcePrefix"] ?? context.name,
    skipAwait: inputs["skipAwait"] === true,
    helmPolicies: isChart,
    warn,
    child,
  });
  return { resources };
}

async function render(inputs: Props, context: ProviderContext, helm: () => Promise<string>): Promise<KubeObject[]> {
  const { type, name, projectDir, signal } = context;
  if (type === "kubernetes:yaml/v2:ConfigGroup") return configGroupObjects(inputs, projectDir);
  if (type === "kubernetes:yaml/v2:ConfigFile") return configFileObjects(inputs, projectDir);
  if (type !== "kubernetes:helm.sh/v4:Chart") throw new Error(`offline preview: unsupported component ${type}`);
  const run = { helm: await helm(), projectDir, signal, timeoutMs: helmLimitMs, env: process.env };
  const args = chartArgs(inputs, name, defaultNamespace);
  return decodeManifests(await renderChart(args, { ...run, kubeVersion: kubernetesVersion, apiVersions: [] }));
}
