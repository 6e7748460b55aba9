import type { ChildGoal, ProviderContext, RegisteredChild } from "../../../provider.ts";
import { hasUnknown, lowerOutputs, plain, unknownMarker, type Props } from "../../../values.ts";
import type { KubernetesConfig } from "../config.ts";
import type { KubeObject } from "../objects.ts";
import type { Settings } from "../options.ts";
import type { Setup } from "../resource.ts";
import { chartArgs } from "./chart-args.ts";
import { configFileObjects, configGroupObjects } from "./config-files.ts";
import { renderChart } from "./helm.ts";
import { decodeManifests } from "./manifests.ts";
import { prepareObjects } from "./objects.ts";
import { registerObjects } from "./register.ts";

export interface ConstructSetup {
  /** Connects to the cluster, which a preview with unknown inputs does not need. */
  setup: () => Setup;
  settings: Settings;
  config: KubernetesConfig;
}

interface Rendered {
  objects: KubeObject[];
  defaultNamespace: string;
  helmPolicies: boolean;
}

async function renderHelm(
  { setup, settings }: ConstructSetup,
  inputs: Props,
  context: ProviderContext,
): Promise<Rendered> {
  const { cluster } = setup();
  const args = chartArgs(inputs, context.name, cluster.defaultNamespace);
  if (!settings.helm) throw new Error("helm.v4.Chart: rendering a chart requires helm, and none is configured");
  if (args.includeHooks) {
    context.warn(
      "includeHooks is only supported when the provider is configured with renderYamlToDirectory; Helm hooks will be ignored.",
    );
  }
  const [helm, kubeVersion, apiVersions] = await Promise.all([
    settings.helm(),
    cluster.discovery.serverVersion(),
    cluster.discovery.apiVersions(),
  ]);
  const { projectDir, signal } = context;
  const manifest = await renderChart(args, {
    helm,
    projectDir,
    kubeVersion,
    apiVersions,
    timeoutMs: settings.helmTimeoutMs,
    signal,
    env: settings.env,
  });
  return { objects: decodeManifests(manifest), defaultNamespace: args.namespace, helmPolicies: true };
}

/** Renders a remote component and registers its children. */
export async function constructComponent(
  deps: ConstructSetup,
  args: Props,
  context: ProviderContext,
  child: (goal: ChildGoal) => Promise<RegisteredChild>,
): Promise<Props> {
  const inputs = plain(lowerOutputs(args)) as Props;
  const renderers: Record<string, () => Promise<Rendered>> = {
    "kubernetes:helm.sh/v4:Chart": () => renderHelm(deps, inputs, context),
    "kubernetes:yaml/v2:ConfigGroup": async () => ({
      objects: await configGroupObjects(inputs, context.projectDir),
      defaultNamespace: deps.setup().cluster.defaultNamespace,
      helmPolicies: false,
    }),
    "kubernetes:yaml/v2:ConfigFile": async () => ({
      objects: await configFileObjects(inputs, context.projectDir),
      defaultNamespace: deps.setup().cluster.defaultNamespace,
      helmPolicies: false,
    }),
  };
  const render = renderers[context.type];
  if (!render) throw new Error(`the sandbox does not implement ${context.type}`);
  if (hasUnknown(inputs) || deps.config.unknown) {
    context.warn("Input properties have unknown values. Preview is incomplete.");
    return { resources: unknownMarker };
  }
  const { objects, defaultNamespace, helmPolicies } = await render();
  const warn = (message: string) => context.warn(message);
  const prepared = await prepareObjects(objects, defaultNamespace, deps.setup().cluster.discovery, warn);
  const resources = await registerObjects(prepared, {
    prefix: inputs["resourcePrefix"] ?? context.name,
    skipAwait: inputs["skipAwait"] === true,
    helmPolicies,
    warn,
    child,
  });
  return { resources };
}
