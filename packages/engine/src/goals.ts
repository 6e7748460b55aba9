import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { UnsupportedError } from "./errors.ts";
import type { CustomTimeouts } from "./resource-state.ts";
import { fromStruct, fromValue } from "./wire.ts";
import type { Props, Value } from "./values.ts";
import { parseDuration } from "./durations.ts";
import type { Callback } from "./callbacks.ts";

/** Another name under which a resource may be in the state. */
export interface Alias {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parent?: string;
  noParent?: boolean;
}

/** The options of a registration: what a transform can change. */
export interface GoalOptions {
  dependencies: string[];
  protect?: boolean | undefined;
  provider: string;
  providers: Record<string, string>;
  version: string;
  deleteBeforeReplace?: boolean | undefined;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  aliases: Alias[];
  retainOnDelete?: boolean | undefined;
  deletedWith: string;
  replaceWith: string[];
  customTimeouts?: CustomTimeouts | undefined;
  replacementTrigger?: Value;
}

/** The desired state of a resource. */
export interface Goal extends GoalOptions {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  /** A component that its provider constructs. */
  remote: boolean;
  props: Props;
  propertyDependencies: Record<string, string[]>;
  transforms: Callback[];
  sourcePosition?: string | undefined;
}

/** A goal with only the given fields set. */
export function goal(given: Partial<Goal> & Pick<Goal, "type" | "name">): Goal {
  return {
    parent: "",
    custom: false,
    remote: false,
    props: {},
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    providers: {},
    version: "",
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    deletedWith: "",
    replaceWith: [],
    transforms: [],
    ...given,
  };
}

/** The goal of an SDK that does not say which property depends on what: each may depend on everything. */
export function withPropertyDependencies(given: Parameters<typeof goal>[0]): Goal {
  const { remote, props, dependencies, propertyDependencies, ...rest } = goal(given);
  const isSilent = !remote && Object.keys(propertyDependencies).length === 0;
  const all = Object.fromEntries(Object.keys(props).map((key) => [key, dependencies]));
  return { ...rest, remote, props, dependencies, propertyDependencies: isSilent ? all : propertyDependencies };
}

/** Decodes a RegisterResourceRequest; options that the engine lacks are refused by name. */
export function decodeGoal(request: Value, projectDir: string): Goal {
  const type: string = request.getType();
  const name: string = request.getName();
  const where = `resource '${name}' (${type})`;
  refuseOptions(request, where);
  const dependencies = new Map<string, Value>(request.getPropertydependenciesMap().entries());
  return withPropertyDependencies({
    type,
    name,
    parent: request.getParent(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    props: fromStruct(request.getObject()),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries([...dependencies].map(([key, urns]) => [key, urns.getUrnsList()])),
    provider: request.getProvider(),
    providers: Object.fromEntries(request.getProvidersMap().entries()),
    version: request.getVersion(),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    deleteBeforeReplace:
      request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()
        ? request.getDeletebeforereplace()
        : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [
      ...request.getAliasurnsList().map((urn: string) => ({ urn })),
      ...request.getAliasesList().map(decodeAlias),
    ],
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deletedWith: request.getDeletedwith(),
    replaceWith: request.getReplaceWithList?.() ?? [],
    customTimeouts: decodeTimeouts(request.getCustomtimeouts(), where),
    replacementTrigger: request.hasReplacementTrigger?.() ? fromValue(request.getReplacementTrigger()) : undefined,
    transforms: request
      .getTransformsList()
      .map((callback: Value) => ({ target: callback.getTarget(), token: callback.getToken() })),
    sourcePosition: sourcePosition(request.getSourceposition(), projectDir),
  });
}

function refuseOptions(request: Value, where: string): void {
  const importAdvice = "Import the resource with the real Pulumi, and take its state over.";
  if (request.getImportid() !== "") throw new UnsupportedError("the option 'import'", where, importAdvice);
  if (request.getPackageref?.()) {
    throw new UnsupportedError("parameterized packages", where, "Use a package with its own provider.");
  }
  if (request.getStateMigrationsList?.().length > 0) {
    throw new UnsupportedError("state migrations", where, "Remove the option 'stateMigrations'.");
  }
  const hooks = Object.values(request.getHooks?.()?.toObject() ?? {}).flat();
  if (hooks.length > 0) throw new UnsupportedError("resource hooks", where, "Remove the option 'hooks'.");
}

export function decodeAlias(alias: Value): Alias {
  if (alias.hasUrn()) return { urn: alias.getUrn() };
  const spec = alias.getSpec();
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getParenturn(),
    noParent: spec.getNoparent(),
  };
}

export function decodeTimeouts(timeouts: Value, where: string): CustomTimeouts | undefined {
  if (timeouts === undefined) return undefined;
  const given: [keyof CustomTimeouts, string][] = [
    ["create", timeouts.getCreate()],
    ["update", timeouts.getUpdate()],
    ["delete", timeouts.getDelete()],
    ["read", timeouts.getRead()],
  ];
  const entries = given.filter(([, text]) => text !== "").map(([key, text]) => [key, parseDuration(text, where)]);
  return entries.length > 0 ? (Object.fromEntries(entries) as CustomTimeouts) : undefined;
}

function sourcePosition(position: Value, projectDir: string): string | undefined {
  const uri: string | undefined = position?.getUri();
  if (!uri?.startsWith("file://")) return undefined;
  // Relative to the project, so that the state holds no paths of this machine.
  const path = relative(projectDir, fileURLToPath(uri)).replaceAll("\\", "/");
  return `project:///${path}#${position.getLine()},${position.getColumn()}`;
}
