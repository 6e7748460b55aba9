import type { IncomingMessage } from "node:http";
import type { Answer } from "./answers.ts";

/* Rails' ActionDispatch::SSL, with `FORCE_SSL=true`. */

/** Whether Rack takes a request for https: by the last entry of the header. */
export function speaksTls(headers: IncomingMessage["headers"]): boolean {
  return (
    String(headers["x-forwarded-proto"] ?? "")
      .split(/,\s*/)
      .at(-1) === "https"
  );
}

/** The redirect of a request that arrived without TLS. Rails sends neither HSTS nor cookies with it. */
export function toHttps({ method = "GET", url = "/", headers }: IncomingMessage): Answer {
  const status = ["GET", "HEAD"].includes(method) ? 301 : 307;
  const location = `https://${headers.host?.replace(/:\d+$/, "") ?? ""}${url}`;
  return { status, headers: { location, "content-type": "text/html; charset=utf-8" } };
}

export function secured({ headers = {}, ...answer }: Answer): Answer {
  const cookie = headers["set-cookie"];
  return {
    ...answer,
    headers: {
      ...headers,
      "strict-transport-security": "max-age=63072000; includeSubDomains",
      ...(cookie === undefined ? {} : { "set-cookie": `${cookie}; secure` }),
    },
  };
}
