import type { Handlers } from "./handlers.ts";
import { engineService, grpc, messageLimit, resourceService } from "./wire.ts";

export interface RunningServer {
  /** The address of both services. */
  address: string;
  stop(): void;
}

/** Serves the resource monitor and the engine on one free loopback port. */
export async function serve(handlers: Handlers): Promise<RunningServer> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": messageLimit,
    "grpc.max_send_message_length": messageLimit,
  });
  server.addService(resourceService.ResourceMonitorService, handlers.monitor);
  server.addService(engineService.EngineService, handlers.engine);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
