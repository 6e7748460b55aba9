import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { formatPath, InitializationError, leafDiff, markSecrets, plain } from "pulumi-embedded-engine";
import type {
  ChildGoal,
  DiffResult,
  Props,
  Provider,
  ProviderContext,
  ProviderFactory,
  RegisteredChild,
} from "pulumi-embedded-engine";

/* eslint-disable @typescript-eslint/no-explicit-any -- the SDK's generated protocol code has no types */

const require = createRequire(import.meta.resolve("@pulumi/pulumi/package.json"));
const load = (name: string): any => require(name);
const grpc = load("@grpc/grpc-js") as typeof Grpc;
const messages = load("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderService } = load("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { PluginInfo } = load("@pulumi/pulumi/proto/plugin_pb.js");
const monitorMessages = load("@pulumi/pulumi/proto/resource_pb.js");
const { ResourceMonitorClient } = load("@pulumi/pulumi/proto/resource_grpc_pb.js");
const { Status } = load("@pulumi/pulumi/proto/status_pb.js");
const { Any } = load("google-protobuf/google/protobuf/any_pb.js");
const { Empty } = load("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = load("google-protobuf/google/protobuf/struct_pb.js");

const toStruct = (props: Props): any => Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));
const fromStruct = (struct: any): Props => struct?.toJavaScript() ?? {};
/** Providers get values without secrets, as in the embedded engine, and results are secret where inputs were. */
const opened = (struct: any): Props => plain(fromStruct(struct)) as Props;
const marked = (results: Props, from: any): any => toStruct(markSecrets(results, fromStruct(from)) as Props);
const limit = 400 << 20;
const channel = { "grpc.max_receive_message_length": limit, "grpc.max_send_message_length": limit };

export interface ServedProvider {
  port: number;
  /** The protocol's checks and diffs do not say whether they belong to a preview. */
  preview: boolean;
  close(): Promise<void>;
}

/** Serves a provider of the embedded engine over gRPC, as a plugin would, for `PULUMI_DEBUG_PROVIDERS`. */
export async function serveProvider(factory: ProviderFactory, projectDir: string): Promise<ServedProvider> {
  let provider: Provider = factory({}, { projectDir });
  const abort = new AbortController();
  const served: ServedProvider = {
    port: 0,
    preview: false,
    async close() {
      abort.abort();
      server.forceShutdown();
      await provider.close?.();
    },
  };
  const context = (request: any, preview: boolean = served.preview): ProviderContext => {
    const urn: string = request.getUrn();
    const timeoutSeconds: number = request.getTimeout?.() ?? 0;
    return {
      urn,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      type: (urn.split("::")[2] as string).split("$").at(-1) as string,
      preview,
      projectDir,
      signal: abort.signal,
      ...(timeoutSeconds > 0 && { timeoutSeconds }),
      warn: () => undefined,
      info: () => undefined,
      status: () => undefined,
    };
  };
  const handlers: Record<string, (request: any) => any> = {
    attach: () => new Empty(),
    cancel: () => new Empty(),
    // New enough for every SDK.
    getPluginInfo: () => with_(new PluginInfo(), { Version: "99.0.0" }),
    checkConfig: (request) => with_(new messages.CheckResponse(), { Inputs: request.getNews() }),
    async diffConfig(request) {
      const [before, after] = [opened(request.getOldInputs()), opened(request.getNews())];
      return diffMessage((await provider.diffConfig?.(before, after)) ?? { changes: leafDiff(before, after) });
    },
    async configure(request) {
      await provider.close?.();
      const args = Object.entries(opened(request.getArgs())).filter(([key]) => !key.startsWith("__"));
      provider = factory(Object.fromEntries(args), { projectDir });
      return with_(new messages.ConfigureResponse(), { Supportspreview: true, Acceptsecrets: true });
    },
    async check(request) {
      const [news, olds] = [opened(request.getNews()), request.hasOlds() ? opened(request.getOlds()) : undefined];
      const isNew = olds === undefined || Object.keys(olds).length === 0;
      const { inputs, failures = [] } = (await provider.check?.(news, isNew ? undefined : olds, context(request))) ?? {
        inputs: news,
      };
      return with_(new messages.CheckResponse(), {
        Inputs: marked(inputs, request.getNews()),
        FailuresList: failures.map(({ property, reason }) =>
          with_(new messages.CheckFailure(), { Property: property, Reason: reason }),
        ),
      });
    },
    async diff(request) {
      const [before, after] = [opened(request.getOldInputs()), opened(request.getNews())];
      const found = await provider.diff?.(before, opened(request.getOlds()), after, context(request));
      return diffMessage(found ?? { changes: leafDiff(before, after) });
    },
    async create(request) {
      const made = await provider.create(opened(request.getProperties()), context(request, request.getPreview()));
      return with_(new messages.CreateResponse(), {
        Id: made.id,
        Properties: marked(made.outputs, request.getProperties()),
      });
    },
    async update(request) {
      const news = opened(request.getNews());
      const [inputs, outputs] = [opened(request.getOldInputs()), opened(request.getOlds())];
      const at = context(request, request.getPreview());
      const updated = (await provider.update?.(request.getId(), inputs, outputs, news, at)) ?? news;
      return with_(new messages.UpdateResponse(), { Properties: marked(updated, request.getNews()) });
    },
    async delete(request) {
      const [inputs, outputs] = [opened(request.getOldInputs()), opened(request.getProperties())];
      await provider.delete?.(request.getId(), inputs, outputs, context(request));
      return new Empty();
    },
    async read(request) {
      // A provider that cannot read reports what is known, as those of generated code do.
      if (provider.read === undefined)
        return with_(new messages.ReadResponse(), {
          Id: request.getId(),
          Properties: request.getProperties(),
          Inputs: request.getInputs(),
        });
      const asked = opened(request.getInputs());
      const found = await provider.read(request.getId(), asked, context(request));
      const { id = "", outputs = {}, inputs = asked } = found ?? {};
      const answer = with_(new messages.ReadResponse(), { Id: id });
      return found === undefined ? answer : with_(answer, { Properties: toStruct(outputs), Inputs: toStruct(inputs) });
    },
    async invoke(request) {
      const at = { ...context({ getUrn: () => "::::" }), type: request.getTok() };
      const result = await provider.invoke?.(request.getTok(), opened(request.getArgs()), at);
      return with_(new messages.InvokeResponse(), { Return: toStruct(result ?? {}) });
    },
    construct: (request) => constructed(provider, request, context({ getUrn: () => constructUrn(request) })),
  };
  const unary = Object.entries(handlers).map(([name, handler]) => [
    name,
    ({ request }: any, callback: any) =>
      void Promise.resolve()
        .then(() => handler(request))
        .then(
          (answer) => callback(null, answer),
          (error: unknown) => callback(grpcError(error)),
        ),
  ]);
  const server = new grpc.Server(channel);
  server.addService(ResourceProviderService, Object.fromEntries(unary));
  served.port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  return served;
}

/** Sets fields of a message by their names in its setters. */
function with_(message: any, fields: Record<string, unknown>): any {
  for (const [name, value] of Object.entries(fields)) message[`set${name}`](value);
  return message;
}

const kinds = { add: 0, "add-replace": 1, delete: 2, "delete-replace": 3, update: 4, "update-replace": 5 } as const;

function diffMessage({ changes, deleteBeforeReplace = false }: DiffResult): any {
  const names = (list: DiffResult["changes"]): string[] => [...new Set(list.map(({ path }) => String(path[0])))];
  const message = with_(new messages.DiffResponse(), {
    Changes: changes.length > 0 ? 2 : 1,
    DiffsList: names(changes),
    ReplacesList: names(changes.filter(({ replace }) => replace)),
    Deletebeforereplace: deleteBeforeReplace,
    Hasdetaileddiff: true,
  });
  for (const { path, kind, replace } of changes) {
    const change = with_(new messages.PropertyDiff(), {
      Kind: kinds[replace ? (`${kind}-replace` as const) : kind],
      Inputdiff: true,
    });
    message.getDetaileddiffMap().set(formatPath(path), change);
  }
  return message;
}

/** The SDK's error of a resource that exists and did not become ready carries its state. */
function grpcError(error: unknown): object {
  const { message } = error as Error;
  if (!(error instanceof InitializationError)) return { code: grpc.status.UNKNOWN, details: message };
  const detail = with_(new messages.ErrorResourceInitFailed(), {
    Id: error.id,
    Properties: toStruct(error.outputs),
    ReasonsList: error.reasons,
  });
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = with_(new Status(), { Code: grpc.status.UNKNOWN, Message: message });
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

function constructUrn(request: any): string {
  return `urn:pulumi:${request.getStack()}::${request.getProject()}::${request.getType()}::${request.getName()}`;
}

/** A remote component: the provider registers it and its children with the engine. */
async function constructed(provider: Provider, request: any, context: ProviderContext): Promise<any> {
  if (provider.construct === undefined) throw new Error(`no remote component ${request.getType()}`);
  const monitor = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure(), channel);
  const register = async (fields: Record<string, unknown>): Promise<any> => {
    const goal = with_(new monitorMessages.RegisterResourceRequest(), {
      Acceptsecrets: true,
      Supportspartialvalues: true,
      ...fields,
    });
    if (fields["Custom"] === false)
      for (const [pkg, reference] of request.getProvidersMap().entries()) goal.getProvidersMap().set(pkg, reference);
    return called(monitor, "registerResource", goal);
  };
  try {
    const component = await register({
      Type: request.getType(),
      Name: request.getName(),
      Parent: request.getParent(),
      Custom: false,
      DependenciesList: request.getDependenciesList(),
      Object: toStruct({}),
    });
    const urn: string = component.getUrn();
    const at = { ...context, urn, preview: request.getDryrun() };
    const child = async (goal: ChildGoal): Promise<RegisteredChild> => {
      const made = await register({
        Type: goal.type,
        Name: goal.name,
        Parent: urn,
        Custom: true,
        Object: toStruct(goal.props),
        Provider: request.getProvidersMap().get(goal.type.split(":")[0]) ?? "",
        DependenciesList: goal.dependencies ?? [],
        ...(goal.retainOnDelete !== undefined && { Retainondelete: goal.retainOnDelete }),
      });
      return { urn: made.getUrn(), id: made.getId(), outputs: fromStruct(made.getObject()) };
    };
    const outputs = await provider.construct(opened(request.getInputs()), at, child);
    return with_(new messages.ConstructResponse(), { Urn: urn, State: toStruct(outputs) });
  } finally {
    monitor.close();
  }
}

function called(client: any, method: string, request: any): Promise<any> {
  return new Promise((resolve, reject) =>
    client[method](request, (error: Error | null, answer: unknown) => (error ? reject(error) : resolve(answer))),
  );
}
