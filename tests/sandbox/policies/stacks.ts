import { resourcesOf } from "../../../preview/policy/resources.ts";
import type { Props, Resource, Value } from "../../../policy/resource.ts";
import { overlaid, planned } from "../../helpers/planned.ts";
import { prodVariants } from "../../helpers/prod-variants.ts";

/** The stacks that changes are made to: prod with an Ingress, the largest with a Gateway, and staging with every app. */
export type Base = "prod" | "largest" | "staging";

const variant = (begin: string) => overlaid(prodVariants.find(([what]) => what.startsWith(begin))![1]);

/** Staging with separate apps for Redis, logs and backups, and with a domain. */
export const everyFlyApp: NonNullable<Parameters<typeof planned>[1]> = ({ settings, secrets }) => {
  settings["url"] = "https://chat.example.com";
  settings["fly"].redis = { kind: "own" };
  settings["fly"].backup = { bucket: "dumps", endpoint: "https://s3.example.com", region: "auto" };
  settings["fly"].logs = { lokiUrl: "https://logs-prod-006.grafana.net", lokiUsername: "123456" };
  Object.assign(secrets, { lokiPassword: "loki-password", flyLogsToken: "FlyV1 token" });
  Object.assign(secrets, { backupAccessKeyId: "backup-key-id", backupSecretAccessKey: "backup-secret-key" });
};

const changes = {
  prod: variant("prod as it is"),
  largest: variant("the largest"),
  staging: everyFlyApp,
} satisfies Record<Base, ReturnType<typeof overlaid>>;

/** Each stack, rendered once. Nobody changes these. */
export async function render(): Promise<Record<Base, readonly Resource[]>> {
  const resources = async (base: Base) =>
    resourcesOf((await planned(base === "staging" ? "staging" : "prod", changes[base])).steps);
  return { prod: await resources("prod"), largest: await resources("largest"), staging: await resources("staging") };
}

/** A stack whose resources a change replaces by changed copies, so that the others keep their identity. */
export class Stack {
  resources: Resource[];
  /** What was copied already. */
  readonly #own = new Set<Resource>();

  constructor(resources: readonly Resource[]) {
    this.resources = [...resources];
  }

  /** A copy of the first resource of a kind, or of a Pulumi name. */
  resource(kind: string, name?: string): Resource {
    const i = this.resources.findIndex(
      (each) =>
        each.type.endsWith(`:${kind}`) &&
        (name === undefined || each.name === name || each.props["metadata"]?.["name"] === name),
    );
    if (i < 0) throw new Error(`the stack has no ${kind} ${name ?? ""}`);
    const found = this.resources[i]!;
    if (this.#own.has(found)) return found;
    const copy = structuredClone(found);
    this.#own.add(copy);
    return (this.resources[i] = copy);
  }

  props(kind: string, name?: string): Props {
    return this.resource(kind, name).props;
  }

  spec(kind: string, name?: string): Value {
    return this.props(kind, name)["spec"] as unknown;
  }

  /** The spec of a workload's pod. */
  pod(kind: string, name?: string): Value {
    const { template, jobTemplate } = this.spec(kind, name) as Props;
    return (template ?? jobTemplate.spec.template).spec as unknown;
  }

  container(kind: string, name?: string): Value {
    return this.pod(kind, name).containers[0] as unknown;
  }

  /** Adds an object of any kind to the namespace of Chatwoot. */
  add(apiVersion: string, kind: string, props: Props, name = "added"): void {
    const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
    this.resources.push({
      ...{ urn: `urn:pulumi:prod::chatwoot::${type}::${name}`, type, name, protect: true, provider: "kubernetes" },
      props: {
        apiVersion,
        kind,
        ...props,
        metadata: { name, namespace: "chatwoot", ...(props["metadata"] as object) },
      },
    });
  }

  remove(kind: string, name?: string): void {
    const found = this.resource(kind, name);
    this.resources = this.resources.filter((each) => each !== found);
  }

  /** The environment of a step of the Fly driver. */
  step(name: string): Props {
    return this.props("Command", name)["environment"] as Props;
  }

  /** Changes the text of a step's fly.toml. */
  toml(name: string, change: (text: string) => string): void {
    const environment = this.step(name);
    const before = environment["STEP_MACHINE_CONFIG"] as string;
    const after = change(before);
    if (after === before) throw new Error(`${name}: the change changes nothing`);
    environment["STEP_MACHINE_CONFIG"] = after;
  }
}

/** What somebody does, and to which stack; prod if it does not say. */
export type BadChange = [what: string, change: (stack: Stack) => void, base?: Base];
