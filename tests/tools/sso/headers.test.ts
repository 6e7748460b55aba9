import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ask } from "./asking.ts";
import { Browser } from "./browser.ts";
import { startGate, type Gate } from "./gate.ts";
import type { Arrived } from "./upstream.ts";

let issuer: Gate["issuer"];
let upstream: Gate["upstream"];
let proxy: Gate["proxy"];
let gate: Gate | undefined;
beforeAll(async () => {
  gate = await startGate();
  ({ issuer, upstream, proxy } = gate);
});
afterAll(() => gate?.stop());
const last = (): Arrived => upstream.arrived.at(-1)!;

/** Headers that other deployments of a gate trust for the request's target and its sender. */
const claims: [name: string, value: string][] = [
  ["X-Forwarded-Uri", "/health"],
  ["X-Forwarded-Uri", "/hc/../super_admin"],
  ["X-Original-URI", "/health"],
  ["X-Original-URL", "/health"],
  ["X-Rewrite-URL", "/health"],
  ["X-Auth-Request-Redirect", "/health"],
  ["X-Auth-Request-Email", "admin@newjoy.ro"],
  ["X-Auth-Request-User", "admin"],
  ["X-Auth-Request-Groups", "support"],
  ["X-Forwarded-Email", "admin@newjoy.ro"],
  ["X-Forwarded-User", "admin"],
  ["X-Forwarded-Groups", "support"],
  ["X-Forwarded-Preferred-Username", "admin"],
  ["X-Forwarded-Access-Token", "token"],
  ["X-Forwarded-Method", "GET"],
  ["X-HTTP-Method-Override", "GET"],
  ["X-Forwarded-For", "127.0.0.1"],
  ["X-Real-IP", "127.0.0.1"],
  ["X-Forwarded-Host", "evil.example"],
  ["Forwarded", "for=127.0.0.1;host=evil.example"],
  ["Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFAYiJ9."],
  ["Authorization", "Basic YWRtaW46YWRtaW4="],
  ["Cookie", "__Host-oauth2_proxy=admin"],
  ["Cookie", "__Host-oauth2_proxy="],
  ["Connection", "cookie"],
];

test.each(claims)("%s: %s gives no access", async (name, value) => {
  const before = upstream.arrived.length;
  const { status, headers } = await ask(proxy.port, "GET /super_admin", { accept: "text/html", [name]: value });
  expect(status).toBe(302);
  const authorize = new URL(headers.location ?? "");
  expect(authorize.origin).toBe(issuer.url);
  expect(authorize.searchParams.get("redirect_uri")).toBe("https://chat.newjoy.ro/oauth2/callback");
  expect(upstream.arrived.length).toBe(before);
});

test("all of them together give no access either", async () => {
  const { passed } = await ask(proxy.port, "GET /super_admin", { accept: "text/html", ...Object.fromEntries(claims) });
  expect(passed).toBe(false);
});

const identity = ["x-forwarded-email", "x-forwarded-user", "x-forwarded-groups", "x-forwarded-preferred-username"];
/** Rack treats all of these as one. */
const spellings = (name: string): string[] => [name, name.toUpperCase(), name.replaceAll("-", "_")];

describe("the user's identity", () => {
  test.each(identity.flatMap(spellings))("%s from a visitor is removed on a public page", async (name) => {
    expect((await ask(proxy.port, "GET /hc/help", { [name]: "admin@newjoy.ro" })).passed).toBe(true);
    expect(JSON.stringify(last().headers)).not.toContain("admin@newjoy.ro");
  });

  test("comes from the issuer, whatever the browser adds", async () => {
    const browser = new Browser(proxy.port);
    await browser.signOn("/app");
    const forged = Object.fromEntries(identity.flatMap(spellings).map((name) => [name, "admin@newjoy.ro"]));
    expect((await browser.get("/app", forged)).passed).toBe(true);
    const { headers } = last();
    expect(JSON.stringify(headers)).not.toContain("admin@newjoy.ro");
    expect(headers).toMatchObject({
      "x-forwarded-email": "agent@newjoy.ro",
      "x-forwarded-groups": "support",
      "x-forwarded-preferred-username": "agent",
    });
  });
});

describe("Chatwoot's own headers are unchanged", () => {
  const needed = {
    host: "chat.newjoy.ro",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "chat.newjoy.ro",
    "x-real-ip": "203.0.113.9",
    authorization: "Bearer eyJhY2Nlc3MtdG9rZW4iOiJ4In0=",
    "access-token": "x",
    client: "y",
    uid: "agent@newjoy.ro",
    api_access_token: "z",
    "x-hub-signature-256": "sha256=1",
    "x-telegram-bot-api-secret-token": "t",
    "stripe-signature": "v1=2",
  };
  test("on a public page", async () => {
    await ask(proxy.port, "POST /webhooks/line/1", needed);
    expect(last().headers).toMatchObject(needed);
  });
  test("after a sign-on", async () => {
    const browser = new Browser(proxy.port);
    await browser.signOn("/app");
    await browser.get("/super_admin", needed);
    expect(last().headers).toMatchObject(needed);
  });
  test("with the visitor's address first", async () => {
    await ask(proxy.port, "GET /health", { "x-forwarded-for": "203.0.113.9" });
    expect(last().headers["x-forwarded-for"]).toBe("203.0.113.9, 127.0.0.1");
  });
});

describe("websockets at /cable", () => {
  /** The first message, or the status of the rejection. */
  function connect(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const options = { headers: { host: "chat.newjoy.ro", origin: "https://chat.newjoy.ro", ...headers } };
      const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}${path}`, ["actioncable-v1-json"], options);
      socket.once("message", (hello: Buffer) => {
        socket.send("subscribe");
        socket.once("message", (echo: Buffer) => {
          socket.close();
          resolve([JSON.parse(hello.toString()), echo.toString(), socket.protocol]);
        });
      });
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.once("error", reject);
    });
  }
  const talked = [{ type: "welcome" }, "subscribe", "actioncable-v1-json"];

  test("work for visitors, in both directions, and keep the ingress's headers", async () => {
    expect(await connect("/cable", { "x-forwarded-proto": "https" })).toEqual(talked);
    expect(last().headers).toMatchObject({
      upgrade: "websocket",
      "x-forwarded-proto": "https",
      host: "chat.newjoy.ro",
    });
  });
  test("work for staff", async () => {
    const browser = new Browser(proxy.port);
    await browser.signOn("/app");
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    expect(await connect("/cable", { cookie })).toEqual(talked);
    expect(last().headers["x-forwarded-email"]).toBe("agent@newjoy.ro");
  });
  test("give access to no other path", async () => {
    expect(await connect("/super_admin")).toBe(302);
    expect(await connect("/cable/x")).toBe(302);
  });
});
