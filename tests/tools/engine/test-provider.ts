import {
  InitializationError,
  leafDiff,
  secret,
  unknownMarker,
  type Props,
  type Provider,
  type ProviderContext,
} from "pulumi-embedded-engine";

/**
 * A package whose things do what their inputs say, without generated values: `fail` names the operation that fails, `key`
 * forces a replacement, `first` deletes before it.
 */
export function testProvider(): Provider {
  return {
    check: (inputs) =>
      Promise.resolve(
        inputs["size"] === -1
          ? { inputs, failures: [{ property: "size", reason: "must not be negative" }] }
          : { inputs: { kind: "plain", ...inputs } },
      ),
    diff: (before, _outputs, after) =>
      Promise.resolve({
        changes: leafDiff(before, after).map((change) =>
          change.path[0] === "key" ? { ...change, replace: true } : change,
        ),
        deleteBeforeReplace: after["first"] === true,
      }),
    create(inputs, context) {
      fails("create", inputs);
      const made = { id: context.preview ? "" : `id-${context.name}`, outputs: outputsOf(inputs, context) };
      if (inputs["fail"] === "ready" && !context.preview)
        throw new InitializationError(made.id, made.outputs, ["it did not become ready"]);
      return Promise.resolve(made);
    },
    update(_id, _inputs, _outputs, news, context) {
      fails("update", news);
      return Promise.resolve(outputsOf(news, context));
    },
    async delete(_id, inputs) {
      await Promise.resolve();
      fails("delete", inputs);
    },
    read: (id, inputs) =>
      Promise.resolve(
        id === "absent" ? undefined : { id, outputs: { ...inputs, read: true, token: secret("t") }, inputs },
      ),
    invoke: (_token, args) => Promise.resolve({ ...args, echoed: true }),
    async construct(inputs, context, child) {
      const first = await child({
        type: "test:index:Thing",
        name: `${context.name}-one`,
        props: { size: inputs["size"] },
      });
      await child({
        type: "test:index:Thing",
        name: `${context.name}-two`,
        props: { of: first.outputs["label"] },
        dependencies: [first.urn],
      });
      return { label: first.outputs["label"] };
    },
    diffConfig: (before, after) =>
      Promise.resolve({
        changes: leafDiff(before, after).map((change) => ({ ...change, replace: change.path[0] === "account" })),
      }),
  };
}

function fails(operation: string, inputs: Props): void {
  if (inputs["fail"] === operation) throw new Error(`${operation} was refused`);
}

function outputsOf(inputs: Props, { name, preview }: ProviderContext): Props {
  return {
    ...inputs,
    label: preview ? unknownMarker : `label of ${name}`,
    token: secret(preview ? unknownMarker : "t"),
  };
}
