import { readFileSync } from "node:fs";
import type { Call } from "../../cli/call.ts";
import { FlyError } from "../../cli/errors.ts";
import { splitWords } from "../../cli/shell-words.ts";
import type { MachineConfig } from "../../state/types.ts";
import { parseMemory } from "../../toml/guest.ts";
import { changedGuest } from "../deploy-flags.ts";
import { isTable } from "../../toml/decode.ts";
import { imageId, resolveImage } from "../resolve-image.ts";
import { withFiles } from "./files.ts";

/** Applies the flags to the config of a new or updated machine. */
export function configFromFlags(call: Call, before: MachineConfig, image: string, updating: boolean): MachineConfig {
  const { flags } = call;
  const config = withMachineConfig(before, flags.string("machine-config"));
  config.guest = changedGuest(call, config.guest);
  if (flags.given("swap-size")) config.init.swap_size_mb = swapSize(flags.string("swap-size"));
  Object.assign(config.env, pairs(call, "env"));
  if (flags.string("schedule") !== "") config.schedule = flags.string("schedule");
  setCommand(call, config, updating);
  if (flags.given("skip-dns-registration")) {
    config.dns = flags.bool("skip-dns-registration") ? { skip_registration: true } : {};
  }
  Object.assign(config.metadata, pairs(call, "metadata"));
  if (flags.string("entrypoint") !== "") config.init.entrypoint = words(flags.string("entrypoint"), "entrypoint");
  setRestart(call, config, updating);
  if (image !== "") config.image = imageRef(call, image);
  if (flags.given("standby-for")) {
    config.standbys = flags.strings("standby-for");
    config.env.FLY_STANDBY_FOR = flags.strings("standby-for").join(",");
  }
  const files = withFiles(call, config.files ?? []);
  if (files.length > 0) config.files = files;
  else delete config.files;
  return config;
}

/** Merges as Go decodes JSON into an existing value: objects are merged, lists and values replaced. */
function withMachineConfig(before: MachineConfig, source: string): MachineConfig {
  const config = structuredClone(before);
  if (source === "") return config;
  if (!source.startsWith("{") && !source.endsWith(".json")) {
    throw new FlyError(`invalid machine config source: ${JSON.stringify(source)}`);
  }
  try {
    const text = source.startsWith("{") ? source : readFileSync(source, "utf8");
    return merge(config, JSON.parse(text)) as MachineConfig;
  } catch (error) {
    throw new FlyError(`invalid machine config ${JSON.stringify(source)}: ${(error as Error).message}`);
  }
}

function merge(before: unknown, after: unknown): unknown {
  if (!isTable(before) || !isTable(after)) return after;
  const merged = { ...before };
  for (const [key, value] of Object.entries(after)) merged[key] = merge(before[key], value);
  return merged;
}

function pairs(call: Call, flag: string): Record<string, string> {
  return Object.fromEntries(
    call.flags.strings(flag).map((text) => {
      const cut = text.indexOf("=");
      if (cut < 0) throw new FlyError(`invalid key/value pairs specified for flag ${flag}`);
      return [text.slice(0, cut), text.slice(cut + 1)];
    }),
  );
}

/** A new machine uses the words after the image unchanged; `--command` of an update is split as in a shell. */
function setCommand({ flags, operands }: Call, config: MachineConfig, updating: boolean): void {
  if (!updating) {
    if (operands.length > 1) config.init.cmd = operands.slice(1);
    return;
  }
  if (!flags.given("command")) return;
  const command = flags.string("command").trim();
  if (command === "") delete config.init.cmd;
  else config.init.cmd = words(command, "command");
}

function words(text: string, what: string): readonly string[] {
  try {
    return splitWords(text);
  } catch (error) {
    throw new FlyError(`invalid ${what}: ${(error as Error).message}`);
  }
}

/** Default: `no` for a machine that is removed when it exits, `on-failure` for a new one with a schedule. */
function setRestart(call: Call, config: MachineConfig, updating: boolean): void {
  const { flags } = call;
  const policy = flags.string("restart");
  if (!["", "no", "on-fail", "on-failure", "always"].includes(policy)) throw new FlyError("invalid restart provided");
  if (policy === "on-fail") call.err("The 'on-fail' restart policy is deprecated. Use 'on-failure' instead.\n");
  if (policy !== "") config.restart = { policy: policy === "on-fail" ? "on-failure" : policy };
  else if (flags.given("restart")) delete config.restart;
  else if (config.auto_destroy === true) config.restart = { policy: "no" };
  else if (!updating && config.schedule !== undefined) config.restart = { policy: "on-failure" };
}

function imageRef(call: Call, text: string): string {
  if (/^[./]/.test(text)) throw new FlyError("the sandbox's flyctl does not build images: pass an image reference");
  call.err(`Searching for image '${text}' remotely...\n`);
  const image = resolveImage(call, text);
  if (image === undefined) throw new FlyError(`Could not find image "${text}"`);
  call.err(`image found: ${imageId(image)}\n`);
  call.out(`Image: ${image}\nImage size: 350 MB\n\n`);
  return image;
}

function swapSize(text: string): number {
  if (text === "0") throw new FlyError("--swap-size must be greater than zero");
  try {
    return parseMemory(text);
  } catch {
    throw new FlyError(`invalid swap size: invalid size: '${text}'`);
  }
}
