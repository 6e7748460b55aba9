import type { Deployment } from "./deployment.ts";
import { UnavailableError, UnsupportedError, messageOf } from "./errors.ts";
import type { Severity } from "./events.ts";
import { decodeGoal, decodeTimeouts, goal } from "./goals.ts";
import { invoke } from "./invokes.ts";
import { readResource } from "./reads.ts";
import { registerOutputs, registerResource } from "./register.ts";
import { refuseAssets } from "./unsupported.ts";
import type { Value } from "./values.ts";
import { emptyMessage, engineMessages, fromStruct, grpc, resourceMessages, toStruct } from "./wire.ts";

/** A method of a service: gRPC calls it with a call, the in-process client with a bare request. */
export type Handler = (call: { request: Value }, callback: (error: object | null, response?: object) => void) => void;

export interface Handlers {
  monitor: Record<string, Handler>;
  engine: Record<string, Handler>;
}

/** The supported features. The SDK refuses a missing feature in the program. */
const features: Record<string, number> = (() => {
  const numbers = resourceMessages.ResourceMonitorFeature as Record<string, number>;
  const number = (name: string): number => numbers[`RESOURCE_MONITOR_FEATURE_${name}`] as number;
  return {
    secrets: number("SECRETS"),
    resourceReferences: number("RESOURCE_REFERENCES"),
    outputValues: number("OUTPUT_VALUES"),
    aliasSpecs: number("ALIAS_SPECS"),
    replacementTrigger: number("REPLACEMENT_TRIGGER"),
    deletedWith: number("DELETED_WITH"),
    replaceWith: number("REPLACE_WITH"),
    transforms: number("TRANSFORMS"),
  };
})();

/** The services for the program's SDK. `finish` runs when the program has registered everything. */
export function makeHandlers(deployment: Deployment, finish: () => Promise<void>): Handlers {
  const unary = (answer: (request: Value) => unknown): Handler => {
    return (call, callback) => {
      const work = deployment.track(Promise.resolve().then(() => answer(call.request)));
      work.then(
        (response) => callback(null, response as object),
        (error: unknown) => callback(rpcError(deployment, error)),
      );
    };
  };
  const unsupported = (feature: string, advice: string): Handler =>
    unary(() => {
      const error = new UnsupportedError(feature, `stack ${deployment.options.stack}`, advice);
      deployment.fail(error);
      throw error;
    });

  return {
    monitor: {
      getDeploymentInfo: unary(() => deploymentInfo(deployment)),
      supportsFeature: unary((request) => {
        const response = new resourceMessages.SupportsFeatureResponse();
        response.setHassupport(request.getId() in features);
        return response;
      }),
      registerResource: unary((request) => answerRegistration(deployment, request)),
      registerResourceOutputs: unary(async (request) => {
        const outputs = fromStruct(request.getOutputs());
        refuseAssets(outputs, `outputs of ${request.getUrn()}`);
        await registerOutputs(deployment, request.getUrn(), outputs);
        return emptyMessage();
      }),
      readResource: unary((request) => answerRead(deployment, request)),
      invoke: unary(async (request) => {
        const result = await invoke(deployment, {
          token: request.getTok(),
          args: fromStruct(request.getArgs()),
          provider: request.getProvider(),
          version: request.getVersion(),
        });
        const response = new resourceMessages.ResourceInvokeResponse();
        response.setReturn(toStruct(result));
        return response;
      }),
      registerStackTransform: unary((request) => {
        deployment.stackTransforms.push({ target: request.getTarget(), token: request.getToken() });
        return emptyMessage();
      }),
      registerStackInvokeTransform: unsupported("invoke transforms", "Remove the call of registerInvokeTransform."),
      registerResourceHook: unsupported("resource hooks", "Remove the hook."),
      registerErrorHook: unsupported("error hooks", "Remove the hook."),
      registerPackage: unsupported("parameterized packages", "Use a package with its own provider."),
      call: unsupported("methods of remote components", "Compute the value in the program."),
      signalAndWaitForShutdown: (_call, callback) => {
        // Not tracked: it waits for deletes, which are tracked, and would wait for itself.
        finish().then(
          () => callback(null, emptyMessage()),
          () => callback(null, emptyMessage()),
        );
      },
    },
    engine: {
      log: unary((request) => {
        log(deployment, request);
        return emptyMessage();
      }),
      setRootResource: unary(() => new engineMessages.SetRootResourceResponse()),
      getRootResource: unary(() => new engineMessages.GetRootResourceResponse()),
      requirePulumiVersion: unary(() => new engineMessages.RequirePulumiVersionResponse()),
    },
  };
}

function rpcError(deployment: Deployment, error: unknown): { code: number; message: string; details: string } {
  if (error instanceof UnavailableError || deployment.failure !== undefined) {
    const message = new UnavailableError().message;
    return { code: grpc.status.UNAVAILABLE, message, details: message };
  }
  const message = deployment.journal.mask.hide(messageOf(error));
  return { code: grpc.status.UNKNOWN, message, details: message };
}

function deploymentInfo({ options }: Deployment): Value {
  const info = new resourceMessages.DeploymentInfo();
  info.setProject(options.project.name);
  info.setStack(options.stack);
  info.setOrganization(options.organization);
  info.setDryrun(options.preview);
  info.setParallel(options.parallel);
  for (const [key, value] of Object.entries(options.config.values)) info.getConfigMap().set(key, value);
  info.setConfigsecretkeysList(options.config.secretKeys);
  info.setSupportedfeaturesList(Object.values(features));
  return info;
}

async function answerRegistration(deployment: Deployment, request: Value): Promise<Value> {
  let wanted;
  try {
    wanted = decodeGoal(request, deployment.options.project.dir);
  } catch (error) {
    deployment.fail(error);
    throw error;
  }
  const { urn, id, outputs } = await registerResource(deployment, wanted);
  const response = new resourceMessages.RegisterResourceResponse();
  response.setUrn(urn);
  response.setId(id);
  response.setObject(toStruct(outputs));
  return response;
}

async function answerRead(deployment: Deployment, request: Value): Promise<Value> {
  const name: string = request.getName();
  const type: string = request.getType();
  const wanted = goal({
    type,
    name,
    custom: true,
    parent: request.getParent(),
    props: fromStruct(request.getProperties()),
    dependencies: request.getDependenciesList(),
    provider: request.getProvider(),
    version: request.getVersion(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: decodeTimeouts(request.getCustomtimeouts?.(), `resource '${name}' (${type})`),
  });
  const { urn, outputs } = await readResource(deployment, wanted, request.getId());
  const response = new resourceMessages.ReadResourceResponse();
  response.setUrn(urn);
  response.setProperties(toStruct(outputs));
  return response;
}

const severities: readonly Severity[] = ["debug", "info", "warning", "error"];

function log(deployment: Deployment, request: Value): void {
  const severity = severities[request.getSeverity()] ?? "info";
  const message: string = request.getMessage();
  if (severity === "error") deployment.failQuietly("the program reported an error");
  // The SDK logs dozens of debug messages for each resource.
  if (severity !== "debug") deployment.journal.report(severity, message, request.getUrn() || undefined);
}
