import { chosenInitializers } from "../../components/chatwoot/initializers.ts";
import { renderMachineConfig } from "../../components/fly/machine-config.ts";
import { workersOf } from "../../config/worker-groups.ts";
import type { FlyConfig } from "../../config/schema.ts";

/** The app's fly.toml. Of the secrets it depends on the names alone. */
export function machineConfigOf(
  { fly, image, web, worker, storage, migration, initializers }: FlyConfig,
  environment: { settings: Record<string, string>; secrets: Readonly<Record<string, unknown>> },
): string {
  return renderMachineConfig({
    app: fly.app,
    region: fly.region,
    image,
    settings: environment.settings,
    webMemoryMb: web.memoryMb,
    workers: workersOf(worker),
    migrationStatementTimeoutSeconds: migration.statementTimeoutSeconds,
    releaseMemoryMb: fly.releaseMemoryMb,
    strategy: fly.strategy,
    concurrency: fly.concurrency,
    migratesDirectly: "MIGRATION_DATABASE_URL" in environment.secrets,
    hasTigrisKeys: storage.kind === "tigris",
    initializers: chosenInitializers({
      config: initializers,
      image,
      clientAddress: { header: "HTTP_FLY_CLIENT_IP" },
    }),
  });
}
