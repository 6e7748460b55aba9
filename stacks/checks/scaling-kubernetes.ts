import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** The count is the minimum of the autoscaler, so the maximum must be higher. */
export function checkKubernetesScaling(settings: PartialSettings): Problem[] {
  const { kubernetes } = settings;
  if (kubernetes === undefined) return [];
  const { web, worker, groups } = kubernetes.scaling;
  const tiers = [
    { scaler: web, key: "web", tier: "web", count: settings.web?.count },
    { scaler: worker, key: "worker", tier: "worker", count: settings.worker?.count },
    ...Object.entries(groups).map(([group, scaler]) => ({
      scaler,
      key: `groups.${group}`,
      tier: `worker.groups.${group}`,
      count: settings.worker?.groups[group]?.count,
    })),
  ];
  return tiers.flatMap(({ scaler, key, tier, count }): Problem[] => {
    if (scaler === undefined || count === undefined || scaler.max > count) return [];
    return [
      {
        key: `kubernetes.scaling.${key}.max`,
        message:
          `is ${scaler.max}, but the minimum, ${tier}.count, is ${count}. ` +
          `Raise it to ${count + 1} or more, lower ${tier}.count, or remove kubernetes.scaling.${key}`,
      },
    ];
  });
}
