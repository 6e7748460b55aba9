import type { Callback, CallbackClient } from "./callbacks.ts";
import { decodeAlias, decodeTimeouts, type Alias, type Goal } from "./goals.ts";
import { UnsupportedError } from "./errors.ts";
import type { CustomTimeouts } from "./resource-state.ts";
import { isObject, isSecret, lowerOutputs, mapValue, outputSignature, signatureKey, unknownMarker } from "./values.ts";
import type { Props, Value } from "./values.ts";
import { aliasMessages, fromStruct, fromValue, resourceMessages, toStruct, toValue } from "./wire.ts";

/**
 * Runs transforms on a goal, each on the previous result. `ownTransforms` means that some belong to the resource itself:
 * only then does Pulumi pass a known property that depends on a resource as an output.
 */
export async function transformGoal(
  goal: Goal,
  callbacks: readonly Callback[],
  client: CallbackClient,
  ownTransforms: boolean,
): Promise<Goal> {
  if (callbacks.length === 0) return goal;
  let properties = toStruct(raise(goal.props, ownTransforms ? goal.propertyDependencies : {}));
  let options = encodeOptions(goal);
  for (const callback of callbacks) {
    const request = new resourceMessages.TransformRequest();
    request.setType(goal.type);
    request.setName(goal.name);
    request.setCustom(goal.custom);
    request.setParent(goal.parent);
    request.setProperties(properties);
    request.setOptions(options);
    const answer = await client.call(callback, request.serializeBinary());
    const response = resourceMessages.TransformResponse.deserializeBinary(answer);
    properties = response.getProperties() ?? properties;
    options = response.getOptions() ?? options;
  }
  return decodeResult(goal, fromStruct(properties), options);
}

function decodeResult(goal: Goal, values: Props, options: Value): Goal {
  const where = `resource '${goal.name}' (${goal.type})`;
  if (options.getImport() !== "") {
    throw new UnsupportedError("the option 'import'", where, "Do not set it in a transform.");
  }
  const props = lowerOutputs(values) as Props;
  const propertyDependencies: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(values)) {
    const urns = new Set([...(goal.propertyDependencies[key] ?? []), ...outputDependencies(value)]);
    if (urns.size > 0 || key in goal.propertyDependencies) propertyDependencies[key] = [...urns];
  }
  const dependencies = new Set<string>([
    ...(options.getDependsOnList() as string[]),
    ...Object.values(propertyDependencies).flat(),
  ]);
  return {
    ...goal,
    props,
    propertyDependencies,
    dependencies: [...dependencies],
    protect: options.hasProtect() ? options.getProtect() : undefined,
    provider: options.getProvider(),
    // The SDK drops the providers map of a component whose transform returns options; the component keeps its own.
    providers: { ...goal.providers, ...Object.fromEntries(options.getProvidersMap().entries()) },
    version: options.getVersion(),
    deleteBeforeReplace: options.hasDeleteBeforeReplace() ? options.getDeleteBeforeReplace() : undefined,
    ignoreChanges: options.getIgnoreChangesList(),
    replaceOnChanges: options.getReplaceOnChangesList(),
    additionalSecretOutputs: options.getAdditionalSecretOutputsList(),
    aliases: options.getAliasesList().map(decodeAlias),
    retainOnDelete: options.hasRetainOnDelete() ? options.getRetainOnDelete() : undefined,
    deletedWith: options.getDeletedWith(),
    replaceWith: options.getReplaceWithList?.() ?? [],
    customTimeouts: decodeTimeouts(options.getCustomTimeouts(), where),
    replacementTrigger: options.hasReplacementTrigger?.() ? fromValue(options.getReplacementTrigger()) : undefined,
  };
}

function encodeOptions(goal: Goal): Value {
  const options = new resourceMessages.TransformResourceOptions();
  options.setDependsOnList(goal.dependencies);
  if (goal.protect !== undefined) options.setProtect(goal.protect);
  options.setProvider(goal.provider);
  for (const [name, reference] of Object.entries(goal.providers)) options.getProvidersMap().set(name, reference);
  options.setVersion(goal.version);
  if (goal.deleteBeforeReplace !== undefined) options.setDeleteBeforeReplace(goal.deleteBeforeReplace);
  options.setIgnoreChangesList(goal.ignoreChanges);
  options.setReplaceOnChangesList(goal.replaceOnChanges);
  options.setAdditionalSecretOutputsList(goal.additionalSecretOutputs);
  options.setAliasesList(goal.aliases.map(encodeAlias));
  if (goal.retainOnDelete !== undefined) options.setRetainOnDelete(goal.retainOnDelete);
  options.setDeletedWith(goal.deletedWith);
  options.setReplaceWithList?.(goal.replaceWith);
  if (goal.customTimeouts !== undefined) options.setCustomTimeouts(encodeTimeouts(goal.customTimeouts));
  if (goal.replacementTrigger !== undefined) options.setReplacementTrigger(toValue(goal.replacementTrigger));
  return options;
}

function encodeAlias(alias: Alias): Value {
  const message = new aliasMessages.Alias();
  if (alias.urn !== undefined) {
    message.setUrn(alias.urn);
    return message;
  }
  const spec = new aliasMessages.Alias.Spec();
  spec.setName(alias.name ?? "");
  spec.setType(alias.type ?? "");
  spec.setStack(alias.stack ?? "");
  spec.setProject(alias.project ?? "");
  if (alias.noParent === true) spec.setNoparent(true);
  else spec.setParenturn(alias.parent ?? "");
  message.setSpec(spec);
  return message;
}

function encodeTimeouts(timeouts: CustomTimeouts): Value {
  const message = new resourceMessages.RegisterResourceRequest.CustomTimeouts();
  const text = (seconds: number | undefined): string => (seconds === undefined ? "" : `${seconds}s`);
  message.setCreate(text(timeouts.create));
  message.setUpdate(text(timeouts.update));
  message.setDelete(text(timeouts.delete));
  message.setRead(text(timeouts.read));
  return message;
}

/** Converts secrets and unknowns to output values, which a transform receives as `Output`. */
function raise(props: Props, dependencies: Record<string, string[]>): Props {
  const entries = Object.entries(props).map(([key, value]) => {
    const raised = raiseValue(value);
    const urns = dependencies[key] ?? [];
    if (urns.length === 0) return [key, raised] as const;
    const output = isOutputValue(raised) ? raised : { [signatureKey]: outputSignature, value: raised };
    return [key, { ...output, dependencies: urns }] as const;
  });
  return Object.fromEntries(entries);
}

function raiseValue(value: Value): Value {
  if (value === unknownMarker) return { [signatureKey]: outputSignature };
  if (isSecret(value)) {
    const inner = raiseValue(value.value);
    return isOutputValue(inner)
      ? { ...inner, secret: true }
      : { [signatureKey]: outputSignature, value: inner, secret: true };
  }
  return mapValue(value, raiseValue);
}

function isOutputValue(value: Value): boolean {
  return isObject(value) && value[signatureKey] === outputSignature;
}

/** The URNs in all output values of a value. */
function outputDependencies(value: Value): string[] {
  if (Array.isArray(value)) return value.flatMap(outputDependencies);
  if (!isObject(value)) return [];
  const own = isOutputValue(value) ? ((value["dependencies"] as string[] | undefined) ?? []) : [];
  return [...own, ...Object.values(value).flatMap(outputDependencies)];
}
