import * as pulumi from "@pulumi/pulumi";

class Thing extends pulumi.CustomResource {
  declare readonly token: pulumi.Output<string>;
  constructor(name: string, inputs: Record<string, unknown>, options?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, { token: undefined, ...inputs }, options);
  }
}

const config = new pulumi.Config();
console.log(`greeting: ${config.require("greeting")}`);
if (config.get("crash") === "yes") throw new Error("the program crashed");

const rename: pulumi.ResourceTransform = ({ props, opts }) => ({ props: { ...props, stamped: true }, opts });
pulumi.runtime.registerResourceTransform(rename);

const first = new Thing("first", { size: config.requireNumber("size"), delayMs: config.getNumber("delayMs") });
const second = new Thing("second", { from: first.token, delayMs: config.getNumber("delayMs") });
new Thing("third", { immutable: config.get("immutable") ?? "1", delayMs: config.getNumber("delayMs") });

export const token = second.token;
export const project = pulumi.getProject();
export const stack = pulumi.getStack();
