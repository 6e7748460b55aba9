/*
 * The environment of the driver and of what it starts. Pulumi passes its own, which has the passphrase, the tokens and the
 * backend's keys; neither needs them.
 */

/** What programs need on any machine: where they find files, how they reach servers, whom they trust. */
const system = [
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TZ", "LANG", "LANGUAGE"],
  ...["TMPDIR", "TMP", "TEMP"],
  // Names are compared without case: proxies are also set in lower case.
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR"],
  // Windows.
  ...["SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"],
];
/** Of Node.js, for the driver and for a flyctl or gh that is a Node.js program. */
const node = [
  ...["NODE_OPTIONS", "NODE_COMPILE_CACHE", "NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "NODE_USE_ENV_PROXY"],
  "NODE_TLS_REJECT_UNAUTHORIZED",
];
const prefixes = ["LC_", "XDG_"];

/** Of flyctl: its token, its folder and the addresses of Fly's APIs. */
const flyctl = [
  ...["FLY_API_TOKEN", "FLY_ACCESS_TOKEN", "FLY_CONFIG_DIR"],
  ...["FLY_API_BASE_URL", "FLY_FLAPS_BASE_URL", "FLY_UIEX_BASE_URL", "FLY_METRICS_BASE_URL"],
];
const flyctlPrefixes = ["FLYCTL_"];

/** Of gh: its token, its host and its settings. */
const gh = ["GITHUB_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
const ghPrefixes = ["GH_"];

/** Of the driver itself: the step's inputs and last result, and the folders that it writes to. */
const driver = ["PULUMI_COMMAND_STDOUT", "CHATWOOT_ARTIFACTS_DIR"];
const driverPrefixes = ["STEP_"];

type Environment = Readonly<Record<string, string | undefined>>;

function selected(env: Environment, names: readonly string[], starts: readonly string[]): Record<string, string> {
  const wanted = new Set([...system, ...node, ...names].map((name) => name.toUpperCase()));
  const isWanted = (name: string): boolean =>
    wanted.has(name.toUpperCase()) || [...prefixes, ...starts].some((start) => name.startsWith(start));
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && isWanted(entry[0])),
  );
}

/** The variables that flyctl gets from an environment. */
export function flyctlEnvironment(env: Environment): Record<string, string> {
  return selected(env, flyctl, flyctlPrefixes);
}

/** The variables that gh gets from an environment. */
export function ghEnvironment(env: Environment): Record<string, string> {
  return selected(env, gh, ghPrefixes);
}

/** The program that a step starts. */
export type Tool = "flyctl" | "gh";

/** Removes from this process's environment what a step with this tool does not read, before it starts anything. */
export function keepDriverEnvironment(tool: Tool | undefined, env: NodeJS.ProcessEnv): void {
  const ofTool = tool === "flyctl" ? flyctlEnvironment(env) : tool === "gh" ? ghEnvironment(env) : {};
  const kept = { ...selected(env, driver, driverPrefixes), ...ofTool };
  for (const name of Object.keys(env)) if (!(name in kept)) delete env[name];
}
