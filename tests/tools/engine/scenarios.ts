import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { PendingOperation } from "pulumi-embedded-engine";
import type { Program } from "./original.ts";

export interface Stage {
  run: "up" | "preview" | "destroy" | "refresh";
  program?: Program;
  /** Resources by name, for `--replace`. */
  replace?: string[];
  /** Flags that only the real CLI has. */
  flags?: string[];
  /** `--clear-pending-creates`. */
  clear?: boolean;
  /** Operations that a killed run left, by the name of their thing. */
  left?: readonly (readonly [PendingOperation["type"], string])[];
}

type Args = Record<string, unknown>;

class Thing extends pulumi.CustomResource {
  declare readonly label: pulumi.Output<string>;
  declare readonly token: pulumi.Output<string>;
  constructor(name: string, args: Args = {}, options?: pulumi.CustomResourceOptions, type = "test:index:Thing") {
    super(type, name, { label: undefined, token: undefined, ...args }, options);
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name: string, build: (parent: Group) => Args = () => ({}), options?: pulumi.ComponentResourceOptions) {
    super("test:index:Group", name, {}, options);
    this.registerOutputs(build(this));
  }
}

class Remote extends pulumi.ComponentResource {
  declare readonly label: pulumi.Output<string>;
  constructor(name: string, args: Args) {
    super("test:index:Remote", name, { label: undefined, ...args }, {}, true);
  }
}

const up = (program: () => unknown, more: Partial<Stage> = {}): Stage => ({
  run: "up",
  program: () => Promise.resolve().then(program),
  ...more,
});
const preview = (program: () => unknown, more: Partial<Stage> = {}): Stage => ({
  ...up(program),
  ...more,
  run: "preview",
});
const destroy: Stage = { run: "destroy" };
const refresh: Stage = { run: "refresh" };
const twice = (program: () => unknown): Stage[] => [preview(program), up(program), preview(program), up(program)];
const thing =
  (args: Args = {}, options?: pulumi.CustomResourceOptions, name = "a") =>
  () => ({ label: new Thing(name, args, options).label });

/** Two things, the second of which takes a value of the first. */
const pair =
  (first: Args, options?: pulumi.CustomResourceOptions, second: Args = {}) =>
  () => {
    const a = new Thing("a", first, options);
    return { b: new Thing("b", { of: a.label, ...second }).label };
  };

/** A thing that depends on another one and on a remote component, and a pair beside them. */
const parts =
  (args: Args, options: pulumi.CustomResourceOptions = {}) =>
  () => {
    const a = new Thing("a");
    const remote = new Remote("r", { size: 1 });
    new Thing("c", { of: new Thing("d").label });
    return { b: new Thing("b", { of: a.label, ...args }, { ...options, dependsOn: remote }).label };
  };

export const scenarios: Record<string, Stage[]> = {
  "create, update, delete": [
    ...twice(thing({ size: 1 })),
    ...twice(thing({ size: 2, list: [1] })),
    up(() => ({})),
    destroy,
  ],
  "changes of shape": [
    up(thing({ a: 1, nested: { x: 1, list: [1, 2] } })),
    ...twice(thing({ b: null, nested: { y: true, list: [1, 3, 4] } })),
    ...twice(thing({ nested: "text" })),
  ],
  "a replacement and its dependents": [up(pair({ key: 1 })), ...twice(pair({ key: 2 })), destroy],
  "deleteBeforeReplace by the provider": [up(pair({ key: 1, first: true })), ...twice(pair({ key: 2, first: true }))],
  "deleteBeforeReplace by option": [
    up(pair({ key: 1 }, { deleteBeforeReplace: true })),
    ...twice(pair({ key: 2 }, { deleteBeforeReplace: true })),
  ],
  "deleteBeforeReplace with a dependent's key": [
    up(() => {
      const a = new Thing("a", { key: 1, first: true });
      new Thing("b", { key: a.label, first: true });
    }),
    ...twice(() => {
      const a = new Thing("a", { key: 2, first: true });
      new Thing("b", { key: a.label, first: true });
    }),
  ],
  "an alias by name": [up(thing({ size: 1 })), ...twice(thing({ size: 1 }, { aliases: [{ name: "a" }] }, "renamed"))],
  "an alias by type": [
    up(() => void new Thing("a", {}, {}, "test:index:Old")),
    ...twice(() => void new Thing("a", {}, { aliases: [{ type: "test:index:Old" }] })),
  ],
  "an alias by parent": [
    up(thing()),
    ...twice(
      () =>
        void new Group("g", (parent) => ({
          a: new Thing("a", {}, { parent, aliases: [{ parent: pulumi.rootStackResource }] }).label,
        })),
    ),
  ],
  "an alias of a component renames its children": [
    up(() => void new Group("old", (parent) => ({ a: new Thing("old-a", {}, { parent }).label }))),
    ...twice(
      () =>
        void new Group("new", (parent) => ({ a: new Thing("new-a", {}, { parent }).label }), {
          aliases: [{ name: "old" }],
        }),
    ),
  ],
  ignoreChanges: [
    up(thing({ size: 1, nested: { x: 1, y: 1 }, list: [1, 2] })),
    ...twice(
      thing({ size: 2, nested: { x: 2, y: 2 }, list: [1, 3] }, { ignoreChanges: ["size", "nested.x", "list[1]"] }),
    ),
    ...twice(thing({ size: 3, nested: { x: 3, y: 2 }, list: [0, 0, 0] }, { ignoreChanges: ["*"] })),
  ],
  "protect: destroy, removal and replacement are refused": [
    up(thing({ key: 1 }, { protect: true })),
    destroy,
    preview(() => ({})),
    up(() => ({})),
    preview(thing({ key: 2 }, { protect: true })),
    up(thing({ key: 2 }, { protect: true })),
    up(thing({ key: 1 }, { protect: false })),
    up(thing({ key: 2 })),
    destroy,
  ],
  "a component's protect is inherited": [
    up(() => void new Group("g", (parent) => ({ a: new Thing("a", {}, { parent }).label }), { protect: true })),
    destroy,
    up(() => void new Group("g", (parent) => ({ a: new Thing("a", {}, { parent }).label }))),
    destroy,
  ],
  replaceOnChanges: [
    up(thing({ size: 1, nested: { x: 1 } })),
    ...twice(thing({ size: 2, nested: { x: 1 } }, { replaceOnChanges: ["size"] })),
    ...twice(thing({ size: 2, nested: { x: 2 } }, { replaceOnChanges: ["nested.x"] })),
    ...twice(thing({ size: 3, nested: { x: 2 } }, { replaceOnChanges: ["*"] })),
  ],
  "a failing creation, then a good one": [up(pair({ fail: "create" })), preview(pair({})), up(pair({})), up(pair({}))],
  "a failing update, then a good one": [
    up(pair({ size: 1 })),
    up(pair({ size: 2, fail: "update" })),
    ...twice(pair({ size: 2 })),
  ],
  "a failing deletion": [up(thing({ fail: "delete" })), destroy, up(() => ({})), up(thing()), destroy],
  "a failing deletion stops the deletions after it": [up(parts({ fail: "delete" })), destroy, up(() => ({}))],
  "a protected resource keeps what it depends on, but not the children of a remote component": [
    up(parts({}, { protect: true })),
    destroy,
    up(() => ({})),
  ],
  "a failing replacement": [up(pair({ key: 1 })), up(pair({ key: 2, fail: "create" })), ...twice(pair({ key: 2 }))],
  "a failing deletion of a replacement": [
    up(thing({ key: 1, fail: "delete" })),
    up(thing({ key: 2 })),
    ...twice(thing({ key: 2 })),
  ],
  "a failing check": [
    up(thing({ size: -1 })),
    preview(thing({ size: -1 })),
    up(thing({ size: 1 })),
    up(thing({ size: -1 })),
  ],
  "a resource that does not become ready": [
    up(pair({ fail: "ready" })),
    preview(pair({ fail: "ready" })),
    up(pair({})),
    preview(pair({})),
  ],
  "a program that throws": [
    up(() => {
      new Thing("a");
      throw new Error("thrown");
    }),
    up(thing()),
    up(() => {
      throw new pulumi.RunError("refused");
    }),
    preview(() => Promise.reject(new Error("rejected"))),
    preview(thing()),
  ],
  "secrets in every place": twice(() => {
    const hidden = pulumi.secret("s");
    const a = new Thing("a", { hidden, nested: { deep: [hidden, 1] }, all: pulumi.secret({ x: 1 }) });
    const b = new Thing("b", { of: a.token, size: 1 }, { additionalSecretOutputs: ["label", "size"] });
    return {
      hidden,
      token: a.token,
      label: b.label,
      nested: { deep: [a.token] },
      plain: a.label,
      mixed: pulumi.interpolate`${a.label} ${hidden}`,
    };
  }),
  "a value becomes secret, and plain again": [
    up(thing({ size: 1 })),
    ...twice(thing({ size: pulumi.secret(1) })),
    ...twice(thing({ size: 1 })),
  ],
  "components and their outputs": [
    ...twice(() => {
      const group = new Group("g", (parent) => ({ label: new Thing("a", {}, { parent }).label, fixed: 1 }));
      return { b: new Thing("b", {}, { dependsOn: group }).label };
    }),
    up(() => void new Group("g", () => ({ fixed: 2 }))),
  ],
  "a remote component": [
    ...twice(() => ({ label: new Remote("r", { size: 1 }).label })),
    ...twice(() => ({ label: new Remote("r", { size: 2 }).label })),
    destroy,
  ],
  transforms: twice(() => {
    pulumi.runtime.registerResourceTransform(({ props, opts, type }) =>
      type === "test:index:Thing"
        ? { props: { ...props, tagged: true }, opts: pulumi.mergeOptions(opts, { protect: false }) }
        : undefined,
    );
    const transforms: pulumi.ResourceTransform[] = [({ props, opts }) => ({ props: { ...props, own: 1 }, opts })];
    return { label: new Thing("a", { size: 1 }, { transforms }).label };
  }),
  "a stack transformation": twice(() => {
    pulumi.runtime.registerStackTransformation(({ props, opts, resource }) =>
      resource instanceof Thing ? { props: { ...props, tagged: true }, opts } : undefined,
    );
    return thing({ size: 1 })();
  }),
  getters: [
    ...twice(() => ({ label: new Thing("a", { size: 1 }, { id: "existing" }).token })),
    up(thing({ size: 1 })),
    up(() => ({})),
  ],
  "a getter of what does not exist": [
    preview(() => void new Thing("a", {}, { id: "absent" })),
    up(() => void new Thing("a", {}, { id: "absent" })),
  ],
  retainOnDelete: [up(thing({ fail: "delete" }, { retainOnDelete: true })), destroy],
  deletedWith: [
    up(() => {
      const a = new Thing("a");
      new Thing("b", { fail: "delete" }, { deletedWith: a });
    }),
    destroy,
  ],
  "explicit providers": [
    up(() => void new Thing("a", {}, { provider: new TestProvider("p", { account: "1", region: "x" }) })),
    ...twice(() => void new Thing("a", {}, { provider: new TestProvider("p", { account: "1", region: "y" }) })),
  ],
  "a renamed provider": [
    up(() => void new Thing("a", {}, { provider: new TestProvider("p", { account: "1" }) })),
    ...twice(() => void new Thing("a", {}, { provider: new TestProvider("q", { account: "1" }) })),
  ],
  "random values and keepers": [
    ...twice(() => ({ result: new random.RandomPassword("p", { length: 8, keepers: { n: "1" } }).result })),
    ...twice(() => ({ result: new random.RandomPassword("p", { length: 8, keepers: { n: "2" } }).result })),
    ...twice(() => ({
      id: new random.RandomId("i", { byteLength: 4 }).hex,
      pet: new random.RandomInteger("n", { min: 1, max: 1 }).result,
    })),
  ],
  commands: [
    ...twice(() => ({
      out: new command.local.Command("c", { create: "echo one", update: "echo two", delete: "true" }).stdout,
    })),
    ...twice(() => ({
      out: new command.local.Command("c", { create: "echo one", update: "echo three", triggers: [1] }).stdout,
    })),
    up(() => ({ out: new command.local.Command("c", { create: "exit 3", triggers: [2] }).stdout })),
    destroy,
  ],
  "values that are known only after the deployment": [
    preview(pair({})),
    up(pair({})),
    preview(pair({ size: 2 })),
    up(pair({ size: 2 })),
  ],
  "the same name twice": [
    preview(() => (new Thing("a"), new Thing("a"), {})),
    up(() => (new Thing("a"), new Thing("a"), {})),
    up(thing()),
  ],
  functions: twice(async () => ({
    ...(await pulumi.runtime.invoke("test:index:echo", { size: 1 })),
    hidden: pulumi.runtime
      .invokeOutput("test:index:echo", { size: pulumi.secret(1) })
      .apply((answer) => (answer as Args)["size"]),
  })),
  "stack outputs of every shape": [
    ...twice(() => ({ none: null, list: [1, "a", { b: true }], empty: {}, number: 0.5, text: "", missing: undefined })),
    ...twice(() => ({ list: [] })),
    ...twice(() => undefined),
  ],
  "--replace": [up(pair({})), preview(pair({}), { replace: ["a"] }), up(pair({}), { replace: ["a"] })],
  "pending operations of a killed run": [
    up(pair({ size: 1 })),
    up(pair({ size: 1 }), {
      left: [
        ["updating", "a"],
        ["deleting", "b"],
      ],
    }),
    preview(pair({ size: 2 }), {
      left: [
        ["creating", "a"],
        ["updating", "b"],
        ["creating", "c"],
      ],
    }),
    up(pair({ size: 2 })),
    up(pair({ size: 2, fail: "update" })),
    up(pair({ size: 3, fail: "update" })),
    { ...refresh },
    up(thing({ size: 4 }), {
      left: [
        ["creating", "a"],
        ["updating", "a"],
      ],
    }),
    { ...refresh, clear: true },
    up(thing({ size: 4 })),
    { ...destroy, left: [["creating", "a"]] },
  ],
  "an order by dependsOn": [
    up(() => {
      const a = new Thing("a");
      new Thing("b", {}, { dependsOn: a });
    }),
    ...twice(() => {
      const b = new Thing("b");
      new Thing("a", {}, { dependsOn: b });
    }),
    destroy,
  ],
};

class TestProvider extends pulumi.ProviderResource {
  constructor(name: string, args: Args) {
    super("test", name, args);
  }
}
