import { z } from "zod";
import { flyConfig, type FlyConfig } from "./schema/fly.ts";
import { kubernetesConfig } from "./schema/kubernetes.ts";

/*
 * The schema of a stack file. Settings are structured objects. Secrets are separate flat keys (secrets.ts), so that no
 * object becomes secret as a whole and each missing secret is reported. Settings of one target are under that target's
 * key (schema/fly.ts, schema/kubernetes.ts); settings of both are at the top level and mean the same for both
 * (schema/shared.ts, schema/storage.ts).
 */

export const configSchema = z.discriminatedUnion("target", [flyConfig, kubernetesConfig]);

export const schemas = { fly: flyConfig, kubernetes: kubernetesConfig } as const;
export type Target = keyof typeof schemas;
export type SharedConfig = Omit<FlyConfig, "target" | "fly" | "database" | "storage">;

export { flyConfig, type FlyConfig } from "./schema/fly.ts";
export { kubernetesConfig, type KubernetesConfig } from "./schema/kubernetes.ts";
export type { ClaimConfig, S3Config, TigrisConfig } from "./schema/storage.ts";
