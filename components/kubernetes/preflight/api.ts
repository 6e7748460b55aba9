import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import pRetry from "p-retry";
import { parseJson } from "../../../lib/json.ts";

/** What the API server answers to one question. */
export interface Answer {
  status: number;
  /** Undefined where the answer is no JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each reader names the fields that it relies on
  body: any;
}

/** A question: reading at a path, or with a body the creation of a review, which changes nothing. */
export interface Question {
  path: string;
  body?: object;
}

export type Ask = (question: Question) => Promise<Answer>;

/** Retries of a busy or failing API server, after 0.5 and 1 s. */
const retries = { retries: 2, minTimeout: 500 };

class TransientAnswer extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`the API server answered ${answer.status}`);
    this.answer = answer;
  }
}

/**
 * Asks the API server of a kubeconfig's current context, each try with a time limit. Answers 429 and 5xx are retried; if
 * they persist, the last one is the answer.
 */
export function apiServer(config: KubeConfig, timeoutMs: number): Ask {
  const once = singleTry(config, timeoutMs);
  const orTransient = async (question: Question): Promise<Answer> => {
    const answer = await once(question);
    if (answer.status === 429 || answer.status >= 500) throw new TransientAnswer(answer);
    return answer;
  };
  return (question) =>
    pRetry(() => orTransient(question), {
      ...retries,
      shouldRetry: ({ error }) => error instanceof TransientAnswer,
    }).catch((error: unknown) => {
      if (error instanceof TransientAnswer) return error.answer;
      throw error;
    });
}

function singleTry(config: KubeConfig, timeoutMs: number): Ask {
  const cluster = config.getCurrentCluster();
  const server = (cluster?.server ?? "").replace(/\/$/, "");
  // Of an address without TLS, such as that of `kubectl proxy`, the library asks that this is said once more.
  const plain = server.startsWith("http:") ? { skipTLSVerify: true } : {};
  config.clusters = config.clusters.map((each) => (each === cluster ? { ...each, ...plain } : each));
  return async ({ path, body }) => {
    const url = new URL(server + path);
    const signal = AbortSignal.timeout(timeoutMs);
    // Programs that fetch a token, as cloud providers have them, run here; they have limits of their own.
    const options: https.RequestOptions = {};
    await limited(config.applyToHTTPSOptions(options), signal);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(options.headers as http.OutgoingHttpHeaders | undefined),
      accept: "application/json",
      ...(payload && { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
    };
    const method = payload === undefined ? "GET" : "POST";
    return new Promise<Answer>((resolve, reject) => {
      const transport = url.protocol === "http:" ? http : https;
      const request = transport.request(url, { ...options, method, headers, signal }, (response) => {
        readText(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, body: parseJson(text) }),
          (error: unknown) => reject(error as Error),
        );
      });
      request.on("error", (error) =>
        reject(signal.aborted ? new Error(`no answer from ${url.origin} within ${timeoutMs / 1000} s`) : error),
      );
      request.end(payload);
    });
  };
}

async function limited(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("the program that logs in did not end")), { once: true });
  });
  await Promise.race([work, late]);
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
