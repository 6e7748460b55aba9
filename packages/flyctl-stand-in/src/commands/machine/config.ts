import type { Call } from "../../cli/call.ts";
import { FlyError } from "../../cli/errors.ts";
import { splitWords } from "../../cli/shell-words.ts";
import type { MachineConfig } from "../../state/types.ts";
import { changedGuest } from "../deploy-flags.ts";
import { imageId, resolveImage } from "../resolve-image.ts";
import { withFiles } from "./files.ts";

/** Applies the flags to the config of a new or updated machine. */
export function configFromFlags(call: Call, before: MachineConfig, image: string, updating: boolean): MachineConfig {
  const { flags } = call;
  const config = structuredClone(before);
  config.guest = changedGuest(call, config.guest);
  Object.assign(config.env, pairs(call, "env"));
  if (flags.string("schedule") !== "") config.schedule = flags.string("schedule");
  setCommand(call, config, updating);
  Object.assign(config.metadata, pairs(call, "metadata"));
  if (flags.string("entrypoint") !== "") config.init.entrypoint = words(flags.string("entrypoint"), "entrypoint");
  setRestart(call, config, updating);
  if (image !== "") config.image = imageRef(call, image);
  const files = withFiles(call, config.files ?? []);
  if (files.length > 0) config.files = files;
  else delete config.files;
  return config;
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
