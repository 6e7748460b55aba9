import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Server } from "../../../sandbox/s3/s3.ts";

export interface Refusing {
  /** Address of the bucket's store with this in front of it. */
  endpoint: string;
  stop(): Promise<void>;
}

/** A store whose keys may not do everything: what matches `METHOD /path?query` is answered as S3 answers then. */
export async function refusing({ endpoint }: S3Server, what: RegExp): Promise<Refusing> {
  const server = createServer((asked, answer) => {
    if (what.test(`${asked.method} ${asked.url}`)) {
      asked.resume();
      answer.writeHead(403, { "content-type": "application/xml" });
      answer.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    // The host stays as it was asked for: the signature covers it.
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
