import type { Deployment } from "./deployment.ts";
import { UnsupportedError } from "./errors.ts";
import { refuseAssets } from "./unsupported.ts";
import { packageOf } from "./urn.ts";
import { plain, type Props } from "./values.ts";

export interface InvokeRequest {
  token: string;
  args: Props;
  provider: string;
  version: string;
}

/** Calls a function of a provider or of the engine. */
export async function invoke(deployment: Deployment, request: InvokeRequest): Promise<Props> {
  deployment.checkAvailable();
  const { token, args, version } = request;
  refuseAssets(args, `function '${token}'`);
  if (token.startsWith("pulumi:pulumi:")) return builtIn(deployment, token, args);
  const pkg = packageOf(token);
  const reference = request.provider || (await deployment.registry.defaultProvider(pkg, version, token));
  const provider = deployment.registry.get(reference);
  if (provider.invoke === undefined) {
    throw new UnsupportedError(
      `functions of package '${pkg}'`,
      `function '${token}'`,
      "Compute the value in the program.",
    );
  }
  return provider.invoke(token, plain(args), deployment.context("", token));
}

async function builtIn(deployment: Deployment, token: string, args: Props): Promise<Props> {
  if (token !== "pulumi:pulumi:getResource") {
    const advice = "Pass the other stack's outputs as configuration.";
    throw new UnsupportedError("stack references", `function '${token}'`, advice);
  }
  await deployment.registry.defaultProvider("pulumi", "", token);
  const resource = deployment.current(args["urn"]);
  if (resource === undefined)
    throw new Error(`resource ${args["urn"]}: not in this run. Refer to a resource of the program.`);
  return {
    urn: resource.urn,
    id: resource.id ?? "",
    provider: resource.provider ?? "",
    state: resource.outputs ?? {},
  };
}
