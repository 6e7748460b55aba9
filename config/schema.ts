import { z } from "zod";
import { flyConfig, type FlyConfig } from "./schema/fly.ts";
import { kubernetesConfig } from "./schema/kubernetes.ts";

/*
 * The stack file, checked. Settings are structured objects; secrets are flat keys of their own (secrets.ts), so that no
 * object turns secret as a whole and every missing one can be named. A setting that one target alone has stands under
 * that target's key (schema/fly.ts, schema/kubernetes.ts); one that both have stands at the top and means the same for
 * both (schema/shared.ts, schema/storage.ts).
 */

export const configSchema = z.discriminatedUnion("target", [flyConfig, kubernetesConfig]);

export const schemas = { fly: flyConfig, kubernetes: kubernetesConfig } as const;
export type Target = keyof typeof schemas;
export type SharedConfig = Omit<FlyConfig, "target" | "fly" | "database" | "storage">;

export { flyConfig, type FlyConfig } from "./schema/fly.ts";
export { kubernetesConfig, type KubernetesConfig } from "./schema/kubernetes.ts";
export type { ClaimConfig, S3Config, TigrisConfig } from "./schema/storage.ts";
