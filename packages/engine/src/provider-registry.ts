import { goal, type Goal } from "./goals.ts";
import type { Project } from "./project.ts";
import type { Provider, ProviderFactory } from "./provider.ts";
import type { ResourceState } from "./resource-state.ts";
import type { StackConfig } from "./stack-config.ts";
import { providedPackage, providerReference, providerTypePrefix, referencedId, referencedUrn } from "./urn.ts";
import { plain, secret, type Props } from "./values.ts";

/** Registers a default provider as a resource of the run. */
export type RegisterDefault = (goal: Goal) => Promise<{ urn: string; id: string }>;

/** The data of a run that the registry reads. */
interface Run {
  readonly options: {
    readonly config: StackConfig;
    readonly project: Project;
    readonly providers: Readonly<Record<string, ProviderFactory>>;
  };
  readonly olds: readonly ResourceState[];
  readonly news: readonly ResourceState[];
}

const disabledKey = "pulumi:disable-default-providers";

/** The configured providers of a run, and the default ones, which are created on first use. */
export class ProviderRegistry {
  readonly #run: Run;
  readonly #defaults = new Map<string, Promise<string>>();
  readonly #configured = new Map<string, Provider>();
  #register: RegisterDefault | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Sets the function that registers a default provider; called once, before the program runs. */
  onDefault(register: RegisterDefault): void {
    this.#register = register;
  }

  /** The reference of a package's default provider. `what` requests it, for the error message if it is disabled. */
  defaultProvider(pkg: string, version: string, what: string): Promise<string> {
    if (isDisabled(this.#run.options.config.values[disabledKey], pkg)) {
      return Promise.reject(
        new Error(`Default provider for '${pkg}' disabled. '${what}' must use an explicit provider.`),
      );
    }
    const name = version === "" ? "default" : `default_${version.replaceAll(/[.+-]/g, "_")}`;
    const key = `${pkg}::${name}`;
    let reference = this.#defaults.get(key);
    if (reference === undefined) {
      reference = this.#makeDefault(pkg, name, version);
      this.#defaults.set(key, reference);
    }
    return reference;
  }

  async #makeDefault(pkg: string, name: string, version: string): Promise<string> {
    if (this.#register === undefined) throw new Error("engine: a default provider was requested outside of a program.");
    const { values, secretKeys } = this.#run.options.config;
    const props: Props = version === "" ? {} : { version };
    for (const [key, value] of Object.entries(values)) {
      if (key.startsWith(`${pkg}:`))
        props[key.slice(pkg.length + 1)] = secretKeys.includes(key) ? secret(value) : value;
    }
    const { urn, id } = await this.#register(goal({ type: `${providerTypePrefix}${pkg}`, name, custom: true, props }));
    return providerReference(urn, id);
  }

  /** The provider of a reference. A provider that is only in the state is configured from its inputs there. */
  get(reference: string): Provider {
    const configured = this.#configured.get(reference);
    if (configured !== undefined) return configured;
    const urn = referencedUrn(reference);
    const id = referencedId(reference);
    const { news, olds } = this.#run;
    const resource =
      [...news, ...olds].find((candidate) => candidate.urn === urn && candidate.id === id) ??
      // A preview of a new explicit provider has no id yet.
      news.find((candidate) => candidate.urn === urn);
    if (resource === undefined) throw new Error(`provider ${urn}: not in this stack. Pass a provider of this program.`);
    return this.configure(resource);
  }

  /** Makes the provider of a provider resource. */
  configure(resource: ResourceState): Provider {
    const pkg = providedPackage(resource.type);
    const { providers, project } = this.#run.options;
    const provider = pkg === "pulumi" ? builtIn : this.#make(pkg, providers[pkg], resource, project.dir);
    this.#configured.set(providerReference(resource.urn, resource.id ?? ""), provider);
    return provider;
  }

  #make(pkg: string, factory: ProviderFactory | undefined, resource: ResourceState, projectDir: string): Provider {
    if (factory === undefined) {
      const known = Object.keys(this.#run.options.providers).join(", ") || "none";
      throw new Error(
        `package '${pkg}': the sandbox engine has no provider for it (it has: ${known}). Leave its resources out of this stack, or plug a provider in.`,
      );
    }
    const inputs = Object.entries(plain(resource.inputs ?? {}) as Props);
    // Keys with two underscores are internal to the engine and the state.
    return factory(Object.fromEntries(inputs.filter(([key]) => !key.startsWith("__"))), { projectDir });
  }

  async close(): Promise<void> {
    const closing = [...this.#configured.values()].map((provider) => provider.close?.() ?? Promise.resolve());
    this.#configured.clear();
    await Promise.allSettled(closing);
  }
}

/** The provider of `pulumi:pulumi:*`, whose functions the engine implements. */
const builtIn: Provider = {
  create: () => Promise.reject(new Error("package 'pulumi': this package has no resources.")),
};

function isDisabled(setting: string | undefined, pkg: string): boolean {
  if (setting === undefined) return false;
  let names: unknown;
  try {
    names = JSON.parse(setting);
  } catch {
    names = undefined;
  }
  if (!Array.isArray(names)) {
    throw new Error(`${disabledKey}: '${setting}' is not a list. Write ["*"] or a list of package names.`);
  }
  return names.includes("*") || names.includes(pkg);
}
