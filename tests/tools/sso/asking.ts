import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** True if Chatwoot answered, and not the gate. */
  passed: boolean;
}

/** Sends `METHOD /path` unchanged, unlike a browser. */
export function ask(port: number, what: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  const [, method, path] = /^(\S+) (.*)$/.exec(what) as unknown as [string, string, string];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, method, path, headers: { host: "chat.newjoy.ro", ...headers }, timeout: 30_000 },
      (response) => {
        let body = "";
        response.on("data", (data) => (body += String(data)));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            passed: response.headers["x-answered-by"] === "chatwoot",
          }),
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer to ${what}`)));
    outgoing.on("error", reject);
    outgoing.end();
  });
}
