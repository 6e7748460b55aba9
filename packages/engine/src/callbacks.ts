import { callbackMessages, callbackService, grpc, messageLimit } from "./wire.ts";
import type { Value } from "./values.ts";

/** A function of the program that the engine can call. */
export interface Callback {
  target: string;
  token: string;
}

/** Calls functions of the program. */
export interface CallbackClient {
  call(callback: Callback, request: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** Calls over gRPC, into the program's process; one connection for each target. */
export function grpcCallbacks(): CallbackClient {
  const clients = new Map<string, Value>();
  const clientOf = (target: string): Value => {
    const client =
      clients.get(target) ??
      new callbackService.CallbacksClient(target, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": messageLimit,
        "grpc.max_send_message_length": messageLimit,
      });
    clients.set(target, client);
    return client;
  };
  return {
    call({ target, token }, request) {
      const message = new callbackMessages.CallbackInvokeRequest();
      message.setToken(token);
      message.setRequest(request);
      return new Promise((resolve, reject) => {
        clientOf(target).invoke(message, (error: Value, response: Value) => {
          if (error) reject(new Error(error.details ?? error.message));
          else resolve(response.getResponse_asU8());
        });
      });
    },
    close() {
      for (const client of clients.values()) client.close();
      clients.clear();
    },
  };
}
