import { stringify } from "smol-toml";
import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags } from "../cli/flags.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { encodeConfig } from "../toml/decode.ts";
import { understand, type LoadedConfig } from "../toml/load.ts";
import { unrecognizedKeys } from "../toml/strict.ts";
import { validateConfig } from "../toml/validate.ts";

/** The config of the last release, as stored by Fly. */
export function remoteConfig(call: Call): LoadedConfig {
  const app = call.readApp();
  const release = app.releases.at(-1);
  if (release === undefined) {
    throw new FlyError("App has not been deployed yet. Please try deploying your app first.");
  }
  return understand("--config path unset--", structuredClone(release.config));
}

/** Validates the local file, if any, without reading the state. */
function validate(call: Call): void {
  const loaded = call.config ?? remoteConfig(call);
  if (loaded.problem !== "") throw new FlyError(loaded.problem);
  const verdict = validateConfig(loaded);
  call.out(`${verdict.report}\n`);
  const unknown = call.flags.bool("strict") ? unrecognizedKeys(loaded.raw) : [];
  if (unknown.length > 0) {
    call.out(`\nStrict validation found unrecognised sections or keys:\n${unknown.join("\n")}\n\n\n`);
  }
  if (!verdict.valid) throw new FlyError("App configuration is not valid");
  if (unknown.length > 0) throw new FlyError("strict validation failed");
}

function show(call: Call): void {
  const local = call.flags.bool("local");
  if (local && call.config === undefined) throw new FlyError("No local fly.toml found");
  const shown = encodeConfig((local ? call.config : undefined)?.config ?? remoteConfig(call).config);
  if (call.flags.bool("toml")) call.out(`${stringify(shown)}\n`);
  else call.out(`${JSON.stringify(shown, null, 2)}\n`);
}

const common = { args: { kind: "none" }, session: true, app: "required", mutating: false } as const;

export const configCommands: readonly CommandSpec[] = [
  {
    path: "config validate",
    short: "Validate an app's config file",
    flags: [
      ...appFlags,
      { name: "strict", short: "s", type: "bool", usage: "Check for unrecognized sections and keys" },
    ],
    ...common,
    run: validate,
  },
  {
    path: "config show",
    short: "Show an app's configuration",
    aliases: ["display"],
    flags: [
      ...appFlags,
      { name: "local", type: "bool", usage: "Show the local file instead of fetching" },
      { name: "toml", type: "bool", usage: "Show configuration in TOML format" },
    ],
    ...common,
    run: show,
  },
];
