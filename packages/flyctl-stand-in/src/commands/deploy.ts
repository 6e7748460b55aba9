import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { formatGoDuration, second } from "../cli/durations.ts";
import { allocateIp } from "../deploy/ip-addresses.ts";
import { planDeployment } from "../deploy/plan.ts";
import { inRelease } from "../deploy/release.ts";
import { runReleaseCommand } from "../deploy/release-command.ts";
import { defaultMaxUnavailable } from "../deploy/restart-all.ts";
import { rollOut } from "../deploy/rollout.ts";
import { prepareVolumes } from "../deploy/volumes.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { encodeConfig } from "../toml/decode.ts";
import { allServices } from "../toml/groups.ts";
import type { FlyConfig } from "../toml/types.ts";
import { validateConfig } from "../toml/validate.ts";
import { remoteConfig } from "./config.ts";
import { deployFlags, durationFlag, guestFromFlags } from "./deploy-flags.ts";
import { keyValues } from "./key-values.ts";
import { failedQuery, queries } from "./queries.ts";
import { imageId, resolveImage } from "./resolve-image.ts";

const sensitive = ["KEY", "PRIVATE", "DATABASE_URL", "PASSWORD", "SECRET"];
const allowed = ["AWS_ACCESS_KEY_ID", "TIGRIS_ACCESS_KEY_ID"];

/** Simulated time until a machine is started and healthy, without a real wait. */
const healthyAfter = 1 * second;
const defaultLimit = 300 * second;
const defaultLease = 13 * second;

async function deploy(call: Call): Promise<void> {
  if (call.operands.length > 0) {
    throw new FlyError("the sandbox's flyctl does not change its working directory: pass the file with -c");
  }
  const config = readConfig(call);
  const before = call.store.read().apps[call.appName];
  if (before === undefined) throw new FlyError(`Could not find App "${call.appName}"`);
  warnAboutEnvironment(call, config);
  const imageRef = imageOf(call, config);
  const options = {
    releaseLimit:
      durationFlag(call, "release-command-timeout") ?? config.deploy?.release_command_timeout ?? defaultLimit,
    waitLimit: durationFlag(call, "wait-timeout") ?? config.deploy?.wait_timeout ?? defaultLimit,
    defaultGuest: guestFromFlags(call),
  };
  checkNumbers(call);
  call.out(`\nWatch your deployment at https://fly.io/apps/${call.appName}/monitoring\n\n`);
  provisionAddresses(call, config);
  printTimeouts(call, options.waitLimit);
  prepareVolumes(call, config);
  const strategy = config.deploy?.strategy ?? "rolling";
  const wanted = { imageRef, strategy, description: "Release", config: encodeConfig(config) };
  const release = await inRelease(call, wanted, async (opened) => {
    if (!call.flags.bool("skip-release-command")) {
      await runReleaseCommand(call, config, opened, options.releaseLimit);
    }
    const plan = planDeployment(config, call.readApp().machines, {
      ha: call.flags.bool("ha"),
      onlyGroups: call.flags.strings("process-groups"),
    });
    await rollOut(
      {
        call,
        config,
        release: opened,
        strategy,
        maxUnavailable: maxUnavailable(call, config),
        defaultGuest: options.defaultGuest,
        waits: !call.flags.bool("detach") && strategy !== "immediate",
        canBecomeHealthy: options.waitLimit >= healthyAfter,
      },
      plan,
    );
  });
  call.updateApp((app) => (app.deployed = true));
  if ((call.env.FLY_EMIT_RELEASE_JSON ?? "") !== "") {
    call.out(`${JSON.stringify({ id: release.id, version: release.version, image_ref: imageRef })}\n`);
  }
  if (allServices(config).length > 0 && !call.flags.bool("no-public-ips")) {
    call.out(`\nVisit your newly deployed app at https://${call.appName}.fly.dev/\n\n`);
  }
}

/** The local file or the last release's config, with the flags applied. */
function readConfig(call: Call): FlyConfig {
  call.err("==> Verifying app config\n");
  const loaded = call.config ?? remoteConfigOrExplain(call);
  const verdict = validateConfig(loaded);
  call.out(verdict.report);
  if (!verdict.valid) throw new FlyError("App configuration is not valid");
  call.err("--> Verified app config\n");
  const { config } = loaded;
  const { flags } = call;
  const strategy = flags.string("strategy");
  const env = { ...config.env, ...keyValues(flags.strings("env")) };
  return {
    ...config,
    app: call.appName,
    ...(Object.keys(env).length > 0 && { env }),
    ...(strategy === "" ? {} : { deploy: { ...config.deploy, strategy } }),
  };
}

function remoteConfigOrExplain(call: Call): ReturnType<typeof remoteConfig> {
  if (call.store.read().apps[call.appName] !== undefined) return remoteConfig(call);
  throw new FlyError(
    `the app name ${call.appName} could not be found, did you create the app or misspell it in the fly.toml file or via -a?`,
  );
}

function warnAboutEnvironment(call: Call, { env }: FlyConfig): void {
  for (const name of Object.keys(env ?? {})) {
    if (allowed.includes(name) || !sensitive.some((word) => name.includes(word))) continue;
    call.err(`WARN ${name} may be a potentially sensitive environment variable. Consider setting it as a secret.\n`);
  }
}

function imageOf(call: Call, { build }: FlyConfig): string {
  const flag = call.flags.string("image");
  const text = flag === "" ? (build?.image ?? "") : flag;
  const failed = (reason: string): FlyError => new FlyError(`failed to fetch an image or build from source: ${reason}`);
  if (text === "") throw failed("the sandbox's flyctl does not build images: pass one with --image or in [build]");
  // flyctl also tries the remote builder.
  for (const last of [false, true]) {
    call.err(`==> Building image\nSearching for image '${text}' remotely...\n`);
    const image = resolveImage(call, text);
    if (image !== undefined) {
      call.err(`image found: ${imageId(image)}\n`);
      return image;
    }
    if (last) break;
  }
  throw failed(failedQuery(queries.image, `Could not find image "${text}"`).message);
}

/** flyctl reports only other limits than the defaults. */
function printTimeouts(call: Call, wait: number): void {
  const lease = durationFlag(call, "lease-timeout") ?? defaultLease;
  if (wait === defaultLimit && lease === defaultLease) return;
  const delay = Math.trunc((lease - second) / 3);
  const limits = `wait timeout: ${formatGoDuration(wait)} lease timeout: ${formatGoDuration(lease)}`;
  call.out(`\u001b[2mINFO\u001b[0m Using ${limits} delay between lease refreshes: ${formatGoDuration(delay)}\n\n`);
}

function checkNumbers(call: Call): void {
  const { flags } = call;
  const strategy = flags.string("strategy");
  if (strategy !== "" && !["canary", "rolling", "immediate", "bluegreen"].includes(strategy)) {
    throw new FlyError(`unsupported deployment strategy '${strategy}'`);
  }
  if (flags.given("max-unavailable") && flags.number("max-unavailable") <= 0) {
    throw new FlyError("the value for --max-unavailable must be > 0");
  }
  if (!/^(auto|\d+)$/.test(flags.string("deploy-retries"))) {
    throw new FlyError("--deploy-retries must be set to a positive integer, 0, or 'auto'");
  }
}

const maxUnavailable = ({ flags }: Call, { deploy: section }: FlyConfig): number =>
  flags.given("max-unavailable")
    ? flags.number("max-unavailable")
    : (section?.max_unavailable ?? defaultMaxUnavailable);

const addressLabels = {
  v4: "Dedicated ipv4",
  v6: "Dedicated ipv6",
  shared_v4: "Shared ipv4",
  private_v6: "Private ipv6",
} as const;

/** The first deployment of an app with a service gets it a v6 and a shared v4 address, if it has none. */
function provisionAddresses(call: Call, config: FlyConfig): void {
  if (allServices(config).length === 0 || call.flags.bool("no-public-ips")) return;
  const added = call.updateApp((app) => {
    if (app.deployed || app.ips.length > 0) return [];
    return [allocateIp(app, "v6"), allocateIp(app, "shared_v4")];
  });
  if (added.length === 0) return;
  call.out(`Provisioning ips for ${call.appName}\n`);
  for (const ip of added) call.out(`  ${addressLabels[ip.type]}: ${ip.address}\n`);
  call.out("  Add a dedicated ipv4 with: fly ips allocate-v4\n\n");
}

export const deployCommand: CommandSpec = {
  path: "deploy",
  operands: "[WORKING_DIRECTORY]",
  short: "Deploy Fly applications",
  flags: deployFlags,
  args: { kind: "atMost", count: 1 },
  session: true,
  app: "required",
  mutating: true,
  run: deploy,
};
