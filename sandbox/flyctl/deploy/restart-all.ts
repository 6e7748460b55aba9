import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { updateMachine } from "./machines.ts";
import { managed } from "./plan.ts";
import { begin } from "./process.ts";
import { inRelease } from "./release.ts";

/**
 * Restarts every machine with the present secrets as a new release: the last release's image and config,
 * no release command. Machines that are stopped get the secrets but stay stopped.
 */
export async function restartWithSecrets(call: Call): Promise<void> {
  const last = call.readApp().releases.at(-1);
  if (last === undefined) throw new FlyError("error loading appv2 config: no config stored for this app");
  const { imageRef, strategy, config } = last;
  await inRelease(call, { imageRef, strategy, config, description: "Update secrets" }, async (release) => {
    for (const { id } of managed(call.readApp().machines)) {
      call.updateApp((app) => {
        const machine = app.machines.find((each) => each.id === id);
        if (machine === undefined) return;
        const stamp = { fly_release_id: release.id, fly_release_version: String(release.version) };
        const metadata = { ...machine.config.metadata, ...stamp };
        const minimum = call.configFolder.minimumSecretsVersion(app.name);
        updateMachine(app, machine, { ...machine.config, metadata }, minimum);
        begin(call, app, machine);
      });
      call.out(`✔ Machine ${id} update succeeded\n`);
    }
    await Promise.resolve();
  });
}
