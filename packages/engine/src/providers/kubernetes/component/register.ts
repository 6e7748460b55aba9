import type { ChildGoal, RegisteredChild } from "../../../provider.ts";
import { resourceSignature, signatureKey, type Props } from "../../../values.ts";
import { annotationNames, annotation, namespaceOf, nameOf, withAnnotation, type KubeObject } from "../objects.ts";
import { markSecretData } from "../secrets.ts";
import { inOrder } from "./order.ts";

export interface RegisterOptions {
  prefix: string;
  skipAwait: boolean;
  /** Charts mark resources to keep with this annotation. */
  helmPolicies: boolean;
  warn(message: string): void;
  child(goal: ChildGoal): Promise<RegisteredChild>;
}

/** The registration of one object; `dependencies` are URNs. */
export function childGoal(
  object: KubeObject,
  dependencies: string[],
  options: Pick<RegisterOptions, "prefix" | "skipAwait" | "helmPolicies">,
): ChildGoal {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  const name = namespaceOf(object) ? `${namespaceOf(object)}/${nameOf(object)}` : nameOf(object);
  const awaited = options.skipAwait
    ? withAnnotation(withoutNullAnnotations(object), annotationNames.skipAwait, "true")
    : object;
  const retain = options.helmPolicies && annotation(object, annotationNames.helmResourcePolicy) === "keep";
  return {
    type: `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`,
    name: options.prefix ? `${options.prefix}:${name}` : name,
    // Manifests do not mark secrets, so the content of every Secret is treated as secret.
    props: apiVersion === "v1" ? markSecretData(awaited) : awaited,
    dependencies,
    propertyDependencies: Object.fromEntries(Object.keys(object).map((key) => [key, []])),
    ...(retain ? { retainOnDelete: true } : {}),
  };
}

function withoutNullAnnotations(object: KubeObject): KubeObject {
  if (object["metadata"]?.annotations !== null) return object;
  return { ...object, metadata: { ...object["metadata"], annotations: {} } };
}

/** Registers the objects in order. Returns the references for the component's `resources`. */
export async function registerObjects(objects: KubeObject[], options: RegisterOptions): Promise<Props[]> {
  const registered = new Map<KubeObject, Promise<RegisteredChild>>();
  const references = inOrder(objects).map(async ({ object, dependencies }) => {
    const policy = annotation(object, annotationNames.helmResourcePolicy);
    if (options.helmPolicies && policy && policy !== "keep")
      options.warn(`Unsupported Helm resource policy "${policy}"`);
    // Siblings are registered concurrently; only dependencies are awaited.
    const parents = dependencies.map((other) => registered.get(other) as Promise<RegisteredChild>);
    const registration = Promise.all(parents).then((done) => {
      const goal = childGoal(
        object,
        done.map((parent) => parent.urn),
        options,
      );
      return options.child(goal).then((result) => ({ ...result, type: goal.type, name: goal.name }));
    });
    registered.set(object, registration);
    const { urn, id } = await registration;
    return { [signatureKey]: resourceSignature, urn, id };
  });
  return Promise.all(references);
}
