import { readFileSync } from "node:fs";
import { beforeAll, expect, test, vi } from "vitest";
import { parseJson } from "../../../lib/json.ts";
import { addInbox, addUser, preparedState, startChatwoot } from "../../../sandbox/chatwoot/chatwoot.ts";
import { nextId } from "../../../sandbox/chatwoot/state.ts";
import { differences, shapeOf, type Recorded } from "./original/differences.ts";
import {
  requests,
  signInEmail,
  signInPassword,
  tokens,
  websiteToken,
  type OriginalRequest,
  type Seen,
} from "./original/requests.ts";

/*
 * The stand-in against the answers of Chatwoot 4.16.2 to the same requests, by status, content type, redirect and shape
 * of the JSON, and by the whole body of errors.
 */

const recorded = readFileSync(new URL("original/answers.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

/** What the stand-in does not imitate, and why. */
const accepted: Readonly<Record<string, { why: string; lines: string[] }>> = {
  inboxes: {
    why: "the original's website inbox had a greeting; no command reads one",
    lines: ["-payload[].greeting_message:string"],
  },
};

async function answersOfTheStandIn(): Promise<Map<string, Recorded>> {
  const state = preparedState({
    admin: { email: signInEmail, password: signInPassword },
    apiToken: tokens.service,
    webhooks: [{ url: "http://127.0.0.1:9/hook", subscriptions: ["message_created"], secret: "planted" }],
  });
  state.webhooks.push({
    ...state.webhooks[0]!,
    id: nextId(state, "webhook"),
    name: "Named",
    url: "http://127.0.0.1:9/b",
  });
  addUser(state, { email: "agent@hotrodan.com", accessToken: tokens.agent, accounts: { 1: "agent" } });
  addUser(state, { email: "other@hotrodan.com", accessToken: tokens.other, accounts: {} });
  const accountId = 1;
  addInbox(state, {
    accountId,
    name: "Website",
    channelType: "Channel::WebWidget",
    token: websiteToken,
    websiteUrl: "https://hotrodan.com",
  });
  addInbox(state, { accountId, name: "OCC", channelType: "Channel::Api", webhookUrl: "http://127.0.0.1:9/occ" });
  addInbox(state, { accountId, name: "Mail", channelType: "Channel::Email", email: "support@hotrodan.com" });
  const chatwoot = await startChatwoot({ state, allowPrivateNetwork: true, jobDelayMs: 0 });
  const seen = new Map<string, object>();
  const answers = new Map<string, Recorded>();
  for (const request of requests) {
    const { answer, json, location } = await send(chatwoot.url, request, (name, path) => valueAt(seen.get(name), path));
    seen.set(request.name, { location, ...(json as object | undefined) });
    answers.set(request.name, { name: request.name, ...answer });
    // A job deletes the inbox.
    if (request.name === "inbox delete") await vi.waitFor(() => expect(state.inboxes).toHaveLength(3));
  }
  await chatwoot.stop();
  return answers;
}

function valueAt(value: unknown, path: string): string {
  return String(path.split(".").reduce((each, key) => (each as Record<string, unknown>)[key], value));
}

async function send(url: string, request: OriginalRequest, seen: Seen) {
  const [method = "", path = ""] = request.what(seen).split(" ");
  const body = request.body?.(seen);
  const isJson = body !== undefined && typeof body === "object" && !(body instanceof FormData);
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      Accept: request.accept ?? "application/json",
      ...(request.token === undefined ? {} : { api_access_token: tokens[request.token] }),
      ...(isJson ? { "Content-Type": "application/json" } : {}),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
  });
  const json = parseJson(await response.text());
  const location = response.headers.get("location") ?? "";
  const disposition = response.headers.get("content-disposition") ?? undefined;
  const isError = response.status >= 400;
  const answer: Omit<Recorded, "name"> = {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    ...(location === "" ? {} : { location: new URL(location).pathname }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(json === undefined ? {} : isError ? { body: json } : { shape: shapeOf(json) }),
  };
  return { answer, json, location };
}

let standIn: Map<string, Recorded>;
beforeAll(async () => {
  standIn = await answersOfTheStandIn();
});

test("every recorded answer has its request, in order", () => {
  expect(requests.map(({ name }) => name)).toEqual(recorded.map(({ name }) => name));
});

test.each(recorded)("$name", (original) => {
  expect(differences(original, standIn.get(original.name)!)).toEqual(accepted[original.name]?.lines ?? []);
});

test("each accepted difference is about a recorded answer", () => {
  const names = recorded.map(({ name }) => name);
  expect(Object.keys(accepted).filter((name) => !names.includes(name))).toEqual([]);
});
