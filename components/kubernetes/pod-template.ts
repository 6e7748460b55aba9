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
  spec: { containers?: unknown; initContainers?: unknown; affinity?: unknown };
}

/** A pod template with the settings of `kubernetes.pods`; the stack's own labels, annotations and affinity stay. */
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
    spec: { ...template.spec, ...initContainers(template.spec, placement), ...fields(template.spec, placement) },
  };
}

function fields({ affinity: own }: Template["spec"], placement: Placement) {
  const given = podFields(placement);
  if (own === undefined || given.affinity === undefined) return given;
  return { ...given, affinity: joined(own as Affinity, given.affinity) };
}

type Affinity = NonNullable<Placement["affinity"]>;

/** Both affinities hold: every required rule must match a node, and the preferred ones add up. */
function joined(own: Affinity, given: Affinity): Affinity {
  const kinds = ["podAffinity", "podAntiAffinity"] as const;
  const both = kinds.flatMap((kind) => {
    const [one, other] = [own[kind], given[kind]];
    return one === undefined || other === undefined ? [] : [[kind, concatenated(one, other)] as const];
  });
  return { ...own, ...given, ...Object.fromEntries(both) };
}

type Rules = Record<string, unknown>;

function concatenated(one: Rules, other: Rules): Rules {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, [one[name] ?? [], other[name] ?? []].flat()]));
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
