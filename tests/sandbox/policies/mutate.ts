import { crdSetNames, loadCrds, loadKubernetesSchemas } from "kubernetes-sandbox/tools";
import { isObjectOfKubernetes } from "../../../policy/kubernetes.ts";
import { rules as allRules } from "../../../policy/pack.ts";
import type { Resource } from "../../../policy/resource.ts";
import { defaultsOf } from "../../../policy/settings.ts";
import { problems } from "../../../preview/schemas/check.ts";
import { createValidator } from "../../../preview/schemas/validator.ts";
import { exhaustive } from "../../helpers/exhaustive.ts";
import { toolCache } from "../../../preview/tool-cache.ts";
import { objectMutations } from "./object-mutations.ts";
import { onResource, type Mutation } from "./operators.ts";
import { databaseMutations, gateMutations, podMutations } from "./pod-mutations.ts";
import { stackMutations } from "./stack-mutations.ts";
import type { Base } from "./stacks.ts";

/*
 * Every field that a rule is about is removed, weakened, renamed and moved, and items are added to every list, in each rendered
 * stack. An exhaustive run makes all of them, every other a third.
 */

export const stride = exhaustive ? 1 : 3;
const generators = [onResource, podMutations, gateMutations, databaseMutations, objectMutations, stackMutations];
// Off until the images have digests.
const rules = allRules.filter(({ name }) => name !== "image-digests");
const ofStack = rules.filter((rule) => rule.ofStack !== undefined);
const contextOf = new Map(rules.map((rule) => [rule, { settings: defaultsOf(rule), secrets: new Set<string>() }]));

export interface Row {
  mutations: number;
  rules: number;
  schemas: number;
  missed: string[];
}

/** The table of all mutations by area. */
export async function mutate(stacks: Readonly<Record<Base, readonly Resource[]>>): Promise<ReadonlyMap<string, Row>> {
  const kubernetes = await loadKubernetesSchemas(toolCache, {});
  const validate = createValidator(kubernetes, await loadCrds(toolCache, crdSetNames, {}));
  const table = new Map<string, Row>();
  const seen = new Set<string>();
  let count = 0;
  for (const [base, resources] of Object.entries(stacks)) {
    for (const [i, resource] of resources.entries()) {
      // The stacks share most of their objects.
      const identity = `${resource.name} ${JSON.stringify(resource.props)}`;
      if (seen.has(identity)) continue;
      seen.add(identity);
      for (const mutation of generators.flatMap((generate): Mutation[] => generate(resource))) {
        if (count++ % stride !== 0) continue;
        const copy = structuredClone(resource);
        const isGone = mutation.apply(copy) === false && mutation.what === "remove it";
        // One that leaves the resource as it was says nothing.
        if (!isGone && JSON.stringify(copy) === JSON.stringify(resource)) continue;
        const row = table.get(mutation.area) ?? { mutations: 0, rules: 0, schemas: 0, missed: [] };
        table.set(mutation.area, row);
        row.mutations++;
        const byRule = (): boolean =>
          (!isGone && rules.some((rule) => (rule.ofResource?.(copy, contextOf.get(rule)!) ?? []).length > 0)) ||
          foundInStack(isGone ? resources.toSpliced(i, 1) : resources.with(i, copy));
        const bySchema = (): boolean => !isGone && isObjectOfKubernetes(copy) && problems(copy, validate).length > 0;
        // A schema knows every name; the other way round, rules are faster.
        if (mutation.what.startsWith("rename") && bySchema()) row.schemas++;
        else if (byRule()) row.rules++;
        else if (bySchema()) row.schemas++;
        else row.missed.push(`${base} ${resource.name}: ${mutation.what}`.slice(0, 240));
      }
    }
  }
  return table;
}

/** The rule that found the last one is asked first: neighbours are of the same kind. */
function foundInStack(resources: readonly Resource[]): boolean {
  const i = ofStack.findIndex((rule) => rule.ofStack!(resources, contextOf.get(rule)!).length > 0);
  if (i >= 0) ofStack.unshift(...ofStack.splice(i, 1));
  return i >= 0;
}

export function formatted(table: ReadonlyMap<string, Row>): string {
  const lines = [...table].map(([area, { mutations, rules: byRule, schemas, missed }]) => [
    area,
    mutations,
    byRule,
    schemas,
    missed.length,
  ]);
  const total = [0, 1, 2, 3].map((column) => lines.reduce((sum, line) => sum + Number(line[column + 1]), 0));
  return [["area", "mutations", "rules", "schemas", "not found"], ...lines, ["all", ...total]]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
}
