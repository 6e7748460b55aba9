import type { WebSocket } from "ws";
import { startInContainer, type ContainerCommand } from "./inside.ts";

/** The protocol of current clients, from `k8s.io/apimachinery`'s remote command. */
export const execProtocol = "v5.channel.k8s.io";

const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/** A command's exit status in a kubelet's format. */
export function exitStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with exit code ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

/** Connects a command's streams to the channels of a connection, and sends its exit status. */
export function joinExec(socket: WebSocket, command: ContainerCommand): void {
  const send = (channel: number, data: Buffer | string): void =>
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  const end = (exitCode: number): void => {
    send(channels.status, JSON.stringify(exitStatus(exitCode)));
    socket.close(1000);
  };
  const started = startInContainer(command);
  if (started === undefined) {
    send(channels.stderr, "sandbox: exec is not available: the cluster's folder has no inside.json\n");
    return end(127);
  }
  started.stdout.on("data", (data: Buffer) => send(channels.stdout, data));
  started.stderr.on("data", (data: Buffer) => send(channels.stderr, data));
  // The command may exit before it has read everything.
  started.stdin.on("error", () => undefined);
  socket.on("message", (message: Buffer) => {
    const [channel, ...rest] = message;
    if (channel === channels.stdin) started.stdin.write(message.subarray(1));
    if (channel === channels.close && rest[0] === channels.stdin) started.stdin.end();
  });
  // The client has disconnected.
  socket.on("close", () => started.kill("SIGTERM"));
  started.on("error", (error) => {
    send(channels.stderr, `sandbox: ${error.message}\n`);
    end(127);
  });
  started.on("close", (code, signal) => {
    if (socket.readyState === socket.OPEN) end(code ?? (signal === null ? 1 : 143));
  });
}
