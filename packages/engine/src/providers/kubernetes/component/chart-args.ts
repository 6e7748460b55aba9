import { isObject, type Props, type Value } from "../../../values.ts";

/** The inputs of helm.v4.Chart. */
export interface ChartArgs {
  name: string;
  namespace: string;
  chart: string;
  version?: string;
  devel: boolean;
  repo?: string;
  username?: string;
  password?: string;
  dependencyUpdate: boolean;
  verify: boolean;
  plainHttp: boolean;
  values: Props;
  valueYamlFiles: Asset[];
  skipCrds: boolean;
  includeHooks: boolean;
  resourcePrefix: string;
  skipAwait: boolean;
}

export type Asset = { path: string } | { text: string };

const known = new Set(
  (
    "name namespace chart version devel repositoryOpts dependencyUpdate verify plainHttp values valueYamlFiles skipCrds includeHooks " +
    "resourcePrefix skipAwait"
  ).split(" "),
);

function asset(value: Value): Asset {
  if (isObject(value) && typeof value["path"] === "string" && value["path"] !== "") return { path: value["path"] };
  if (isObject(value) && typeof value["text"] === "string") return { text: value["text"] };
  throw new Error("helm.v4.Chart: the sandbox reads valueYamlFiles from files and texts only");
}

/** Reads the inputs (plain, all known). Throws for an unsupported argument. */
export function chartArgs(inputs: Props, componentName: string, defaultNamespace: string): ChartArgs {
  for (const [key, value] of Object.entries(inputs)) {
    if (value !== undefined && value !== null && !known.has(key))
      throw new Error(`the sandbox does not implement helm.v4.Chart's "${key}"`);
  }
  const { repo, username, password, ...others } = inputs["repositoryOpts"] ?? {};
  const other = Object.keys(others).find((key) => others[key] !== undefined && others[key] !== null);
  if (other) throw new Error(`the sandbox does not implement helm.v4.Chart's "repositoryOpts.${other}"`);
  if (!inputs["chart"]) throw new Error('helm.v4.Chart: the argument "chart" is required');
  return {
    name: inputs["name"] || componentName,
    namespace: inputs["namespace"] || defaultNamespace,
    chart: inputs["chart"],
    ...(inputs["version"] ? { version: inputs["version"] } : {}),
    ...(repo ? { repo } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    devel: inputs["devel"] === true,
    dependencyUpdate: inputs["dependencyUpdate"] === true,
    verify: inputs["verify"] === true,
    plainHttp: inputs["plainHttp"] === true,
    values: inputs["values"] ?? {},
    valueYamlFiles: (inputs["valueYamlFiles"] ?? []).map(asset),
    skipCrds: inputs["skipCrds"] === true,
    includeHooks: inputs["includeHooks"] === true,
    resourcePrefix: inputs["resourcePrefix"] ?? componentName,
    skipAwait: inputs["skipAwait"] === true,
  };
}
