import { WebSocket } from "ws";
import { HttpFailure, httpFailure } from "../../../lib/http/failure.ts";

/** What one websocket showed: it opened, its subscription was confirmed or not, or another status than 101 came back. */
export type CableAnswer = "opened" | "confirmed" | "unconfirmed" | { status: number };

export interface CableVisit {
  baseUrl: string;
  timeoutSeconds: number;
  /** The channel and its parameters to subscribe to. Undefined: only open. */
  channel: Record<string, unknown> | undefined;
  /** Limit of the confirmation. */
  confirmSeconds: number;
}

/** Opens one websocket, waits for ActionCable's welcome and the confirmation of one subscription, and closes it. */
export function visitCable({ baseUrl, timeoutSeconds, channel, confirmSeconds }: CableVisit): Promise<CableAnswer> {
  const url = `${baseUrl.replace(/^http/, "ws")}/cable`;
  const { origin } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, "actioncable-v1-json", { origin, handshakeTimeout: timeoutSeconds * 1000 });
    let limit: NodeJS.Timeout | undefined;
    const end = (then: () => void): void => {
      clearTimeout(limit);
      socket.terminate();
      then();
    };
    const within = (seconds: number, then: () => void): void => {
      clearTimeout(limit);
      limit = setTimeout(() => end(then), seconds * 1000);
    };
    within(timeoutSeconds, () =>
      reject(new HttpFailure(url, `/cable opened, but sent no welcome within ${timeoutSeconds} s`)),
    );
    socket.on("message", (data: Buffer) => {
      const type = typeOf(data);
      if (type === "confirm_subscription") return end(() => resolve("confirmed"));
      if (type !== "welcome") return;
      if (channel === undefined) return end(() => resolve("opened"));
      within(confirmSeconds, () => resolve("unconfirmed"));
      socket.send(JSON.stringify({ command: "subscribe", identifier: JSON.stringify(channel) }));
    });
    socket.on("unexpected-response", (_, { statusCode: status = 0 }) => end(() => resolve({ status })));
    socket.on("close", (code) => end(() => reject(new HttpFailure(url, `/cable closed with code ${code}`))));
    socket.on("error", (error) => end(() => reject(httpFailure(url, error, timeoutSeconds))));
  });
}

function typeOf(data: Buffer): unknown {
  try {
    return (JSON.parse(data.toString("utf8")) as { type?: unknown }).type;
  } catch {
    return undefined;
  }
}
