import type { ProviderContext } from "../../provider.ts";
import { isObject } from "../../values.ts";
import type { KubernetesConfig } from "./config.ts";
import { annotationNames, metadata, type KubeObject } from "./objects.ts";

const hooks =
  "This resource contains Helm hooks that are not currently supported by Pulumi. The resource will be created, but any hooks will not " +
  "be executed. Hooks support is tracked at https://github.com/pulumi/pulumi-kubernetes/issues/555 -- This warning can be disabled by " +
  "setting the PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS environment variable";

/** Annotations with no or unexpected effect. */
export function warnAboutAnnotations(object: KubeObject, config: KubernetesConfig, context: ProviderContext): void {
  const annotations: unknown = metadata(object)["annotations"];
  if (!isObject(annotations)) return;
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(annotationNames.autonamed))
      context.warn(`ignoring user-specified value for internal annotation "${key}"`);
    if (key.startsWith(annotationNames.helmHook) && /test/.test(String(value)) && !config.suppressHelmHookWarnings)
      context.warn(hooks);
  }
}
