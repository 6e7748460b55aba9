import type { Alias, Goal } from "./goals.ts";
import { makeUrn, qualifiedType, stackType, urnName, urnType } from "./urn.ts";

export interface AliasContext {
  stack: string;
  project: string;
  /** New URN to old URN, for resources of this run that were found by an alias. */
  renamed: ReadonlyMap<string, string>;
}

/** The possible URNs of a goal's resource in the state, in Pulumi's lookup order. */
export function aliasUrns(goal: Goal, context: AliasContext): string[] {
  const own = goal.aliases.map((alias) => urnOfAlias(goal, alias, context));
  const parentBefore = context.renamed.get(goal.parent);
  if (parentBefore === undefined) return [...new Set(own)];
  // A child of a renamed parent was a child of the parent's old name.
  const inherited = [
    inheritedUrn(goal.type, goal.name, goal.parent, parentBefore, context),
    ...own.map((urn) => inheritedUrn(urnType(urn), urnName(urn), goal.parent, parentBefore, context)),
  ];
  return [...new Set([...own, ...inherited])];
}

function urnOfAlias(goal: Goal, alias: Alias, context: AliasContext): string {
  if (alias.urn) return alias.urn;
  const named = alias.parent ? (context.renamed.get(alias.parent) ?? alias.parent) : goal.parent;
  const parent = alias.noParent === true || (named !== "" && qualifiedType(named) === stackType) ? "" : named;
  return makeUrn({
    stack: alias.stack || context.stack,
    project: alias.project || context.project,
    parent,
    type: alias.type || goal.type,
    name: alias.name || goal.name,
  });
}

/** A child named after its parent, `PARENT-rest`, follows the parent's old name. */
function inheritedUrn(type: string, name: string, parent: string, parentBefore: string, context: AliasContext): string {
  const parentName = urnName(parent);
  const before = name.startsWith(parentName) ? urnName(parentBefore) + name.slice(parentName.length) : name;
  return makeUrn({ stack: context.stack, project: context.project, parent: parentBefore, type, name: before });
}
