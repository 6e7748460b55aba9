import type * as Grpc from "@grpc/grpc-js";
import { createRequire } from "node:module";
import type { Props, Value } from "./values.ts";

/**
 * The SDK's generated protocol code. It is CommonJS, loaded with `require` so that this process has only one copy.
 */
const require = createRequire(import.meta.url);
const load = (name: string): Value => require(name);

export const grpc = load("@grpc/grpc-js") as typeof Grpc;
export const resourceMessages = load("@pulumi/pulumi/proto/resource_pb.js");
export const resourceService = load("@pulumi/pulumi/proto/resource_grpc_pb.js");
export const engineMessages = load("@pulumi/pulumi/proto/engine_pb.js");
export const engineService = load("@pulumi/pulumi/proto/engine_grpc_pb.js");
export const callbackMessages = load("@pulumi/pulumi/proto/callback_pb.js");
export const callbackService = load("@pulumi/pulumi/proto/callback_grpc_pb.js");
export const aliasMessages = load("@pulumi/pulumi/proto/alias_pb.js");
const { Empty } = load("google-protobuf/google/protobuf/empty_pb.js");
const { Struct, Value: ProtoValue } = load("google-protobuf/google/protobuf/struct_pb.js");

/** The SDK's own limit for one message. */
export const messageLimit = 400 << 20;

export function emptyMessage(): Value {
  return new Empty();
}

export function fromStruct(struct: Value): Props {
  return struct?.toJavaScript() ?? {};
}

/** Undefined values are left out, as JSON does. */
export function toStruct(props: Props): Value {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));
}

export function fromValue(value: Value): Value {
  return value?.toJavaScript();
}

export function toValue(value: Value): Value {
  return ProtoValue.fromJavaScript(value);
}
