import {
  InitializationError,
  unknownMarker,
  type DiffResult,
  type Props,
  type Provider,
  type ProviderContext,
} from "../../../src/index.ts";
import { leafDiff } from "../../../src/index.ts";

export interface Thing {
  id: string;
  type: string;
  inputs: Props;
}

/**
 * A small world for tests, and the provider of package `test` over it. Inputs steer it: `immutable` forces a
 * replacement, `fail` and `failDelete` fail, `unready` creates without becoming ready, `delayMs` takes time.
 */
export class World {
  readonly things = new Map<string, Thing>();
  readonly log: string[] = [];
  deleteBeforeReplace = false;
  running = 0;
  mostRunning = 0;
  #next = 1;

  provider(): Provider {
    return {
      check: (news) => {
        const failures = "invalid" in news ? [{ property: "invalid", reason: "not allowed" }] : [];
        return Promise.resolve({ inputs: { size: 1, ...news }, failures });
      },
      diff: (before, _outputs, after): Promise<DiffResult> =>
        Promise.resolve({
          changes: leafDiff(before, after).map((change) => ({ ...change, replace: change.path[0] === "immutable" })),
          deleteBeforeReplace: this.deleteBeforeReplace,
        }),
      create: (inputs, context) =>
        this.#during(`create ${context.name}`, inputs, context, () => {
          if (context.preview) return { id: "", outputs: { ...inputs, token: unknownMarker } };
          const id = `id-${this.#next++}`;
          this.things.set(id, { id, type: context.type, inputs });
          const outputs = { ...inputs, token: `token-of-${context.name}` };
          if (inputs["unready"] === true) throw new InitializationError(id, outputs, ["not ready yet"]);
          return { id, outputs };
        }),
      update: (id, _before, outputs, inputs, context) =>
        this.#during(`update ${context.name}`, inputs, context, () => {
          if (!context.preview) this.things.set(id, { id, type: context.type, inputs });
          return { ...inputs, token: outputs["token"] };
        }),
      delete: (id, inputs, _outputs, context) =>
        this.#during(`delete ${context.name}`, { ...inputs, fail: inputs["failDelete"] }, context, () => {
          this.things.delete(id);
        }),
      read: (id) => {
        this.log.push(`read ${id}`);
        const thing = this.things.get(id);
        return Promise.resolve(
          thing === undefined ? undefined : { id, outputs: { ...thing.inputs, token: `token-of-${id}` } },
        );
      },
      invoke: (token, args) => {
        this.log.push(`invoke ${token}`);
        if (args["fail"] !== undefined) return Promise.reject(new Error(`invoke failed: ${args["fail"]}`));
        return Promise.resolve({ answer: `${token}/${args["question"]}` });
      },
      construct: async (inputs, context, child) => {
        const children = [];
        const each = Object.entries((inputs["each"] ?? {}) as Record<string, Props>);
        // All at once, as helm's objects.
        await Promise.all(
          each.map(([name, props]) => child({ type: "test:index:Thing", name: `${context.name}-${name}`, props })),
        );
        for (const name of (inputs["children"] ?? []) as string[]) {
          const props = { from: context.name, ...(inputs["note"] === undefined ? {} : { note: inputs["note"] }) };
          children.push(await child({ type: "test:index:Thing", name: `${context.name}-${name}`, props }));
        }
        return { ids: children.map(({ id }) => id || unknownMarker), urns: children.map(({ urn }) => urn) };
      },
    };
  }

  async #during<T>(what: string, inputs: Props, context: ProviderContext, work: () => T): Promise<T> {
    if (!context.preview) this.log.push(what);
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      if (inputs["delayMs"] !== undefined)
        await new Promise((resolve) => setTimeout(resolve, inputs["delayMs"] as number));
      if (inputs["fail"] !== undefined && !context.preview) throw new Error(`broken: ${inputs["fail"]}`);
      return work();
    } finally {
      this.running--;
    }
  }
}
