interface Placed {
  parent: number | undefined;
  needs: readonly number[];
}

/** The dependencies of a resource, including those of its parent components. */
export function inheritedNeeds(resources: readonly Placed[], index: number): number[] {
  const needs = new Set<number>();
  const around = new Set<number>();
  for (let at: number | undefined = index; at !== undefined && !around.has(at); at = resources[at]?.parent) {
    around.add(at);
    for (const other of resources[at]?.needs ?? []) needs.add(other);
  }
  return [...needs].filter((other) => !around.has(other));
}

/** The arrows to draw, without those that are implied by others or by an arrow to the parent component. */
export function drawnEdges(resources: readonly Placed[]): number[][] {
  const withParents = resources.map(({ needs, parent }) => (parent === undefined ? needs : [...needs, parent]));
  return reduceEdges(withParents).map((needs, index) => needs.filter((other) => other !== resources[index]?.parent));
}

/** Positions of the direct and transitive dependencies or dependents of each resource. */
export type Edges = readonly (readonly number[])[];

/** Transitive reduction: if a needs b and b needs c, the edge from a to c is omitted. */
export function reduceEdges(needs: Edges): number[][] {
  const order = dependenciesFirst(needs);
  const rank = new Map(order.map((node, index) => [node, index]));
  const words = Math.ceil(needs.length / 32);
  const reached = needs.map(() => new Uint32Array(words));
  const reduced: number[][] = needs.map(() => []);
  const has = (set: Uint32Array, node: number): boolean => ((set[node >> 5] as number) & (1 << (node & 31))) !== 0;
  for (const node of order) {
    const own = reached[node] as Uint32Array;
    // Later nodes in the order can imply earlier ones, never the reverse. Cycles are cut here.
    const before = (needs[node] ?? []).filter((other) => (rank.get(other) ?? Infinity) < (rank.get(node) as number));
    for (const other of before.sort((a, b) => (rank.get(b) as number) - (rank.get(a) as number))) {
      if (has(own, other)) continue;
      reduced[node]?.push(other);
      own[other >> 5] = (own[other >> 5] as number) | (1 << (other & 31));
      (reached[other] as Uint32Array).forEach((bits, word) => (own[word] = (own[word] as number) | bits));
    }
  }
  return reduced;
}

/** Topological order, without recursion, so that long chains do not overflow the stack. */
function dependenciesFirst(needs: Edges): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  for (const start of needs.keys()) {
    const stack: { node: number; next: number }[] = [];
    const visit = (node: number): void => {
      if (seen.has(node)) return;
      seen.add(node);
      stack.push({ node, next: 0 });
    };
    visit(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: number; next: number };
      const other = needs[top.node]?.[top.next++];
      if (other !== undefined) visit(other);
      else order.push((stack.pop() as { node: number }).node);
    }
  }
  return order;
}
