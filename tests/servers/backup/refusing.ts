import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Server } from "../../../sandbox/s3/s3.ts";

export interface Refusing {
  /** The address of the bucket's store behind this proxy. */
  endpoint: string;
  stop(): Promise<void>;
}

/** A store with restricted keys: requests that match `METHOD /path?query` get S3's error. */
export async function refusing({ endpoint }: S3Server, what: RegExp): Promise<Refusing> {
  const server = createServer((asked, answer) => {
    if (what.test(`${asked.method} ${asked.url}`)) {
      asked.resume();
      answer.writeHead(403, { "content-type": "application/xml" });
      answer.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    // The host header is unchanged, because the signature covers it.
    const onward = request(
      new URL(asked.url ?? "/", endpoint),
      { method: asked.method, headers: asked.headers, setHost: false },
      (got) => {
        answer.writeHead(got.statusCode ?? 500, got.headers);
        got.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
