import { offlineOrganization } from "../../components/kubernetes/preflight/check.ts";
import {
  Engine,
  loadProject,
  memoryState,
  resolveConfig,
  secret,
  type EngineOptions,
  type ProviderFactory,
  type StateStore,
} from "pulumi-embedded-engine";
import { commandProvider, kubernetesProvider, randomProvider } from "pulumi-embedded-engine/providers";
import { projectFolder } from "../../lib/project-folder.ts";
import { stackValues, type Any, type StackName } from "./stack-files.ts";

export interface StackOptions {
  /** Changes the stack's configuration first. */
  change?: (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void;
  state?: StateStore;
  /** Default: the environment of a run without a cluster. */
  organization?: string;
  providers?: Record<string, ProviderFactory>;
  onEvent?: EngineOptions["onEvent"];
  /** Folder of the project. Default: this repository. */
  folder?: string;
  /** URNs of `pulumi up --replace`. */
  replace?: readonly string[];
}

/** The engine for one of the project's stacks in this process, for `preview(program)` and `up(program)`. */
export function stackEngine(
  stack: StackName,
  {
    change = () => {},
    state = memoryState(),
    organization = offlineOrganization,
    providers,
    onEvent,
    folder = projectFolder,
    replace = [],
  }: StackOptions = {},
): Engine {
  const values = structuredClone(stackValues(stack));
  change(values);
  const project = loadProject(folder);
  const secrets = Object.entries(values.secrets).map(([key, value]) => [key, secret(value)]);
  const own = Object.fromEntries(
    [...Object.entries(values.settings), ...secrets].map(([key, value]) => [`chatwoot:${key}`, value]),
  );
  const config = resolveConfig(project, stack, {
    ...own,
    ...(stack === "prod" ? { "pulumi:disable-default-providers": ["kubernetes"] } : {}),
  });
  return new Engine({
    project,
    stack,
    organization,
    config,
    state,
    providers: { random: randomProvider, command: commandProvider, kubernetes: kubernetesProvider(), ...providers },
    replace,
    ...(onEvent ? { onEvent } : {}),
  });
}

/** The project's program, as `index.ts` exports it, without asking the target what it has. */
export async function program(): Promise<unknown> {
  // The engine has a double of the target; the program itself has none to ask.
  process.env["CHATWOOT_SKIP_PREFLIGHT"] = "1";
  return deploy();
}

/** The same program, which asks the target first. */
export async function programAsking(): Promise<unknown> {
  delete process.env["CHATWOOT_SKIP_PREFLIGHT"];
  return deploy();
}

async function deploy(): Promise<unknown> {
  const { default: run } = await import("../../index.ts");
  return run();
}
