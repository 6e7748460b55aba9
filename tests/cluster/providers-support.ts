import { InitializationError, plain, type Provider, type ProviderContext, type Props } from "pulumi-embedded-engine";
import { kubernetesProvider, type KubernetesOptions } from "pulumi-embedded-engine/providers";
import { testContext } from "pulumi-embedded-engine/testing";
import type { TestCluster } from "./support.ts";

/** A created resource, with its state in the engine. */
export interface Created {
  id: string;
  inputs: Props;
  outputs: Props;
  context: ReturnType<typeof testContext>;
}

export type Outcome = Created & { reasons?: string[] };

/** The kubernetes provider on a test cluster, called as the engine calls it. */
export function driveProvider(
  test: TestCluster,
  namespace: string,
  config: Props = {},
  options: KubernetesOptions = {},
) {
  const factory = kubernetesProvider({ retryDelayMs: 50, settleMs: 300, ...options });
  const provider: Provider = factory(
    { kubeconfig: test.cluster.kubeconfig, namespace, ...config },
    { projectDir: "." },
  );
  const typeOf = ({ apiVersion, kind }: Props) =>
    `kubernetes:${String(apiVersion).includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  const contextOf = (object: Props, more: Partial<ProviderContext> = {}) =>
    testContext(typeOf(object), { name: "thing", ...more });

  /** An initialization error is an outcome too: the resource exists. */
  async function settle(
    work: Promise<{ id: string; outputs: Props }>,
    rest: Pick<Created, "inputs" | "context">,
  ): Promise<Outcome> {
    try {
      return { ...rest, ...(await work) };
    } catch (error) {
      if (!(error instanceof InitializationError)) throw error;
      return { ...rest, id: error.id, outputs: error.outputs, reasons: error.reasons };
    }
  }

  async function check(news: Props, olds: Props | undefined, context: ProviderContext): Promise<Props> {
    const result = await provider.check?.(news, olds, context);
    return result?.inputs as Props;
  }

  return {
    provider,
    contextOf,
    async preview(news: Props) {
      const context = contextOf(news, { preview: true });
      return (await provider.create(await check(news, undefined, context), context)).outputs;
    },
    async create(news: Props, more: Partial<ProviderContext> = {}): Promise<Outcome> {
      const context = contextOf(news, more);
      const inputs = await check(news, undefined, context);
      return settle(provider.create(inputs, context), { inputs, context });
    },
    async diff(old: Created, news: Props) {
      return provider.diff?.(
        old.inputs,
        old.outputs,
        await check(news, plain(old.inputs) as Props, old.context),
        old.context,
      );
    },
    async update(old: Created, news: Props, more: Partial<ProviderContext> = {}): Promise<Outcome> {
      const context = contextOf(news, more);
      const inputs = await check(news, plain(old.inputs) as Props, context);
      const work = provider.update?.(old.id, old.inputs, old.outputs, inputs, context) as Promise<Props>;
      return settle(
        work.then((outputs) => ({ id: old.id, outputs })),
        { inputs, context },
      );
    },
    remove: (old: Created) => provider.delete?.(old.id, old.inputs, old.outputs, old.context),
    read: (type: string, id: string) => provider.read?.(id, {}, testContext(type)),
  };
}
