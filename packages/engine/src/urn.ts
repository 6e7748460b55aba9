/** Pulumi's resource names: `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`. */

export const stackType = "pulumi:pulumi:Stack";
export const providerTypePrefix = "pulumi:providers:";

export interface UrnParts {
  stack: string;
  project: string;
  /** The parent's URN; empty for none. The stack does not count as a parent in a URN. */
  parent: string;
  type: string;
  name: string;
}

export function makeUrn({ stack, project, parent, type, name }: UrnParts): string {
  const parentType = parent === "" ? "" : qualifiedType(parent);
  const prefix = parentType === "" || parentType === stackType ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

/** The type with the types of its parents, `my:Parent$my:Child`. */
export function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function urnType(urn: string): string {
  const qualified = qualifiedType(urn);
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

export function packageOf(type: string): string {
  return type.split(":")[0] as string;
}

export function isProviderType(type: string): boolean {
  return type.startsWith(providerTypePrefix);
}

/** The package of a provider resource's type. */
export function providedPackage(type: string): string {
  return type.slice(providerTypePrefix.length);
}

export function isDefaultProvider(urn: string): boolean {
  return isProviderType(urnType(urn)) && /^default(_|$)/.test(urnName(urn));
}

/** A provider reference is `URN::ID`. */
export function providerReference(urn: string, id: string): string {
  return `${urn}::${id}`;
}

export function referencedUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

export function referencedId(reference: string): string {
  return reference.slice(reference.lastIndexOf("::") + 2);
}
