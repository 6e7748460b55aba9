import type { PlacedKind, PodsConfig } from "../../config/schema/kubernetes/pods.ts";

/** The settings of `kubernetes.pods` for one kind of pods, without their resources. */
export type Placement = Omit<PodsConfig, "resources" | "overrides">;

export function placementOf({ overrides, resources: _all, ...shared }: PodsConfig, kind: PlacedKind): Placement {
  const { resources: _own, ...own } = overrides[kind] ?? {};
  return { ...shared, ...own };
}

interface Template {
  metadata?: { labels?: Record<string, unknown>; annotations?: Record<string, unknown> };
  spec: object;
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
    spec: { ...template.spec, ...podFields(placement) },
  };
}

export function podFields({ labels: _labels, annotations: _annotations, ...fields }: Placement) {
  const { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets } = fields;
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(priorityClassName && { priorityClassName }),
    ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
}
