import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** The count is the minimum of the autoscaler, so the maximum must be higher. */
export function checkKubernetesScaling(settings: PartialSettings): Problem[] {
  const { kubernetes } = settings;
  if (kubernetes === undefined) return [];
  return (["web", "worker"] as const).flatMap((tier): Problem[] => {
    const [scaler, count] = [kubernetes.scaling[tier], settings[tier]?.count];
    if (scaler === undefined || count === undefined || scaler.max > count) return [];
    return [
      {
        key: `kubernetes.scaling.${tier}.max`,
        message:
          `is ${scaler.max}, but the minimum, ${tier}.count, is ${count}. ` +
          `Raise it to ${count + 1} or more, lower ${tier}.count, or remove kubernetes.scaling.${tier}`,
      },
    ];
  });
}
