import type { PodResources } from "../../config/pod-resources.ts";
import type { PlacedKind, PodsConfig } from "../../config/schema/kubernetes/pods.ts";

/** The settings of `kubernetes.pods` for one kind of pods. */
export type Placement = Omit<PodsConfig, "overrides">;

export function placementOf({ overrides, resources: all, ...shared }: PodsConfig, kind: PlacedKind): Placement {
  const { resources: own, ...others } = overrides[kind] ?? {};
  const resources = (all ?? own) && {
    requests: { ...all?.requests, ...own?.requests },
    limits: { ...all?.limits, ...own?.limits },
  };
  return { ...shared, ...others, ...(resources && { resources }) };
}

interface Template {
  metadata?: { labels?: Record<string, unknown>; annotations?: Record<string, unknown> };
  spec: { containers?: unknown; initContainers?: unknown };
}

/** A pod template with the settings of `kubernetes.pods`; the stack's own labels and annotations win. */
export function placed<T extends Template>(template: T, placement: Placement): T {
  const { labels, annotations } = placement;
  return {
    ...template,
    ...((labels ?? annotations) && {
      metadata: {
        ...template.metadata,
        labels: { ...labels, ...template.metadata?.labels },
        annotations: { ...annotations, ...template.metadata?.annotations },
      },
    }),
    spec: { ...template.spec, ...initContainers(template.spec, placement), ...podFields(placement) },
  };
}

/** A pod needs what its largest container needs, so the resources of the main container cost nothing more. */
function initContainers({ initContainers: inits }: { initContainers?: unknown }, { resources }: Placement) {
  if (!Array.isArray(inits) || resources === undefined) return {};
  const completed = (inits as { resources?: PodResources }[]).map((init) => {
    const [requests, limits] = [resources.requests, resources.limits].map((own) => {
      const { memory: _main, ...others } = own ?? {};
      return others;
    });
    return {
      ...init,
      resources: {
        requests: { ...init.resources?.requests, ...requests },
        limits: { ...init.resources?.limits, ...limits },
      },
    };
  });
  return { initContainers: completed };
}

export function podFields({ nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets }: Placement) {
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(priorityClassName && { priorityClassName }),
    ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
}
