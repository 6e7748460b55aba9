import { isObject, plain, type Props } from "../../values.ts";
import { annotationNames, annotation, metadata, type KubeObject } from "./objects.ts";
import { dashed, underscored } from "./normalize.ts";
import { newFieldManager } from "./naming.ts";
import { markSecretData } from "./secrets.ts";

const inputsField = "__inputs";
const apiVersionField = "__initialApiVersion";
const fieldManagerField = "__fieldManager";

/** A resource's outputs: the live object and the data that the next run needs. */
export function toState(live: KubeObject, inputs: KubeObject, apiVersion: string, fieldManager: string): Props {
  return {
    ...markSecretData(underscored(live)),
    [inputsField]: markSecretData(underscored(inputs)),
    [apiVersionField]: apiVersion,
    [fieldManagerField]: fieldManager,
  };
}

export interface State {
  live: KubeObject;
  inputs: KubeObject | undefined;
  apiVersion: string | undefined;
  fieldManager: string | undefined;
}

export function fromState(outputs: Props): State {
  const {
    [inputsField]: inputs,
    [apiVersionField]: apiVersion,
    [fieldManagerField]: fieldManager,
    ...live
  } = dashed(plain(outputs)) as Props;
  return { live, inputs: isObject(inputs) ? inputs : undefined, apiVersion, fieldManager };
}

/** The field manager: the program's, the state's, or a new name. */
export function fieldManagerOf(inputs: KubeObject, state?: State): string {
  return annotation(inputs, annotationNames.patchFieldManager) || state?.fieldManager || newFieldManager();
}

/** The manager of an earlier run on the live object, for a resource without state. */
export function fieldManagerOnObject(live: KubeObject): string | undefined {
  const entries: Props[] = metadata(live)["managedFields"] ?? [];
  return entries
    .map((entry) => String(entry["manager"]))
    .find((manager) => /^pulumi-kubernetes-[0-9a-f]{8}$/.test(manager));
}
