import type { WebSocket } from "ws";
import { startInside, type InsideCommand } from "../../../../../sandbox/inside/run.ts";

/** The one that clients of this time ask for, of `k8s.io/apimachinery`'s remote command. */
export const execProtocol = "v5.channel.k8s.io";

const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/** How a command ended, as a kubelet tells it. */
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

/** Joins a command's streams to the channels of a connection, and tells at the end how it ended. */
export function joinExec(socket: WebSocket, command: Omit<InsideCommand, "stdio">): void {
  const send = (channel: number, data: Buffer | string): void =>
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  const end = (exitCode: number): void => {
    send(channels.status, JSON.stringify(exitStatus(exitCode)));
    socket.close(1000);
  };
  const started = startInside({ ...command, stdio: "pipe" });
  if (!("process" in started)) {
    send(channels.stderr, started.says);
    return end(started.exitCode);
  }
  const { stdin, stdout, stderr } = started.process;
  stdout?.on("data", (data: Buffer) => send(channels.stdout, data));
  stderr?.on("data", (data: Buffer) => send(channels.stderr, data));
  // It may end before it has read everything.
  stdin?.on("error", () => undefined);
  socket.on("message", (message: Buffer) => {
    const [channel, ...rest] = message;
    if (channel === channels.stdin) stdin?.write(message.subarray(1));
    if (channel === channels.close && rest[0] === channels.stdin) stdin?.end();
  });
  // Whoever asked has gone.
  socket.on("close", () => started.process.kill("SIGTERM"));
  started.process.on("error", (error) => {
    send(channels.stderr, `sandbox: ${error.message}\n`);
    end(127);
  });
  started.process.on("close", (code, signal) => {
    if (socket.readyState === socket.OPEN) end(code ?? (signal === null ? 1 : 143));
  });
}
