import { WebSocket } from "ws";
import { HttpFailure, httpFailure } from "../../../lib/http/failure.ts";
import { failed, ok, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

/** `/cable` becomes a websocket and ActionCable welcomes: without it nobody sees a message arrive. */
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
      () => end(() => reject(new HttpFailure(url, `opened /cable and did not welcome within ${timeoutSeconds} s`))),
      timeoutSeconds * 1000,
    );
    const end = (then: () => void): void => {
      clearTimeout(limit);
      socket.terminate();
      then();
    };
    socket.on("message", (data: Buffer) => {
      if (typeOf(data) === "welcome") end(() => resolve(ok("/cable opens and welcomes")));
    });
    socket.on("unexpected-response", (_, { statusCode = 0 }) => end(() => resolve(refused(statusCode, target))));
    socket.on("close", (code) => end(() => reject(new HttpFailure(url, `closed /cable with code ${code}`))));
    socket.on("error", (error) => end(() => reject(httpFailure(url, error, timeoutSeconds))));
  });
}

function refused(status: number, target: Target): Outcome {
  const { logs, redeploy } = nextSteps(target);
  if (status === 404)
    return failed(
      "/cable refuses this address as origin (404)",
      redeploy(`FRONTEND_URL is another than ${target.baseUrl}: set chatwoot:url to it, then`),
    );
  if ((status >= 300 && status < 400) || status === 401 || status === 403)
    return failed(`/cable answers ${status}`, "Let single sign-on pass /cable: the widget has no session");
  if (status === 200 || status === 400 || status === 426)
    return failed(
      `/cable answers ${status} instead of becoming a websocket`,
      "Let the proxy pass the headers Upgrade and Connection",
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
