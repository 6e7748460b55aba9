import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import type { Machine, MachineConfig } from "../state/types.ts";
import type { FlyConfig } from "../toml/types.ts";
import { defaultSize, guestOfSize } from "../toml/guest.ts";
import { replaceAll } from "./bluegreen.ts";
import { updateMachine } from "./machines.ts";
import { existing, type Rollout } from "./one-machine.ts";
import { managed } from "./plan.ts";
import { begin } from "./process.ts";
import { inRelease } from "./release.ts";
import { updateAll } from "./rolling.ts";

export const defaultMaxUnavailable = 0.33;

/**
 * Restarts every machine with the current secrets as a new release, with the last release's image and config and no
 * release command. Stopped machines get the secrets but stay stopped; bluegreen replaces all machines.
 */
export async function restartWithSecrets(call: Call): Promise<void> {
  const last = call.readApp().releases.at(-1);
  if (last === undefined) throw new FlyError("error loading appv2 config: no config stored for this app");
  const { imageRef, strategy, config } = last;
  await inRelease(call, { imageRef, strategy, config, description: "Update secrets" }, async (release) => {
    const rollout: Rollout = {
      call,
      config,
      release,
      strategy,
      maxUnavailable: (config as FlyConfig).deploy?.max_unavailable ?? defaultMaxUnavailable,
      defaultGuest: guestOfSize(defaultSize),
      waits: call.flags.byName("detach") === undefined || !call.flags.bool("detach"),
      canBecomeHealthy: true,
    };
    const stamp = { fly_release_id: release.id, fly_release_version: String(release.version) };
    const machines = managed(call.readApp().machines);
    const stamped = ({ config: old }: Machine): MachineConfig => ({ ...old, metadata: { ...old.metadata, ...stamp } });
    if (strategy === "bluegreen") return replaceAll(rollout, machines, stamped);
    await updateAll(rollout, machines, ({ id }) =>
      call.updateApp((app) => {
        const machine = existing(app, id);
        updateMachine(app, machine, stamped(machine), call.configFolder.minimumSecretsVersion(app.name));
        begin(call, app, machine);
      }),
    );
  });
}
