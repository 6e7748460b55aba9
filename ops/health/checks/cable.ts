import { WebSocket } from "ws";
import { HttpFailure, httpFailure } from "../../../lib/http/failure.ts";
import { failed, ok, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

/** Opens the ActionCable websocket, through which agents and customers receive messages. */
export function cable(target: Target, timeoutSeconds: number): Check {
  return { name: "websocket", run: () => connect(target, timeoutSeconds) };
}

function connect(target: Target, timeoutSeconds: number): Promise<Outcome> {
  const { baseUrl } = target;
  const url = `${baseUrl.replace(/^http/, "ws")}/cable`;
  const { origin } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, "actioncable-v1-json", { origin, handshakeTimeout: timeoutSeconds * 1000 });
    const limit = setTimeout(
      () => end(() => reject(new HttpFailure(url, `/cable opened, but sent no welcome within ${timeoutSeconds} s`))),
      timeoutSeconds * 1000,
    );
    const end = (then: () => void): void => {
      clearTimeout(limit);
      socket.terminate();
      then();
    };
    socket.on("message", (data: Buffer) => {
      if (typeOf(data) === "welcome") end(() => resolve(ok("/cable accepts websockets")));
    });
    socket.on("unexpected-response", (_, { statusCode = 0 }) => end(() => resolve(refused(statusCode, target))));
    socket.on("close", (code) => end(() => reject(new HttpFailure(url, `/cable closed with code ${code}`))));
    socket.on("error", (error) => end(() => reject(httpFailure(url, error, timeoutSeconds))));
  });
}

function refused(status: number, target: Target): Outcome {
  const { logs } = nextSteps(target);
  if ((status >= 300 && status < 400) || status === 401 || status === 403)
    return failed(`/cable answers ${status}`, "Exclude /cable from single sign-on: the widget has no session");
  // Chatwoot accepts any origin. It answers 404 to a request that is no websocket upgrade.
  if ([200, 400, 404, 426].includes(status))
    return failed(
      `/cable answers ${status} instead of opening a websocket`,
      "Configure the proxy to forward the headers Upgrade and Connection",
    );
  return failed(`/cable answers ${status}`, logs);
}

function typeOf(data: Buffer): unknown {
  try {
    return (JSON.parse(data.toString("utf8")) as { type?: unknown }).type;
  } catch {
    return undefined;
  }
}
