import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import pRetry from "p-retry";
import { parseJson } from "../../../lib/json.ts";

/** The API server's answer to one question. */
export interface Answer {
  status: number;
  /** Undefined if the answer is not JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each reader names the fields that it relies on
  body: any;
}

/** A question: a read of a path, or with a body the creation of a review. Only `DELETE` changes anything. */
export interface Question {
  path: string;
  body?: object;
  method?: "DELETE";
  /** Reads only the metadata of objects. */
  metadataOnly?: boolean;
}

export type Ask = (question: Question) => Promise<Answer>;

/** Retries of a busy or failing API server, after 0.5 and 1 s. */
const retries = { retries: 2, minTimeout: 500 };

const metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

class TransientAnswer extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`the API server answered ${answer.status}`);
    this.answer = answer;
  }
}

/**
 * Queries the API server of a kubeconfig's current context, with a time limit per attempt. Statuses 429 and 5xx and cut
 * connections are retried; after the last attempt, that status is the answer, or that error is thrown.
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
      shouldRetry: ({ error }) => error instanceof TransientAnswer || isCut(error),
    }).catch((error: unknown) => {
      if (error instanceof TransientAnswer) return error.answer;
      throw error;
    });
}

/** Asks the same question once; its readers share the answer. */
export function memoized(ask: Ask): Ask {
  const asked = new Map<string, Promise<Answer>>();
  return (question) => {
    const key = JSON.stringify(question);
    const answer = asked.get(key) ?? ask(question);
    asked.set(key, answer);
    return answer;
  };
}

function isCut(error: Error): boolean {
  return ["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function singleTry(config: KubeConfig, timeoutMs: number): Ask {
  const cluster = config.getCurrentCluster();
  const server = (cluster?.server ?? "").replace(/\/$/, "");
  // For an address without TLS, such as that of `kubectl proxy`, the library needs this option too.
  const plain = server.startsWith("http:") ? { skipTLSVerify: true } : {};
  config.clusters = config.clusters.map((each) => (each === cluster ? { ...each, ...plain } : each));
  return async ({ path, body, metadataOnly = false, method = body === undefined ? "GET" : "POST" }) => {
    const url = new URL(server + path);
    const signal = AbortSignal.timeout(timeoutMs);
    // Credential programs, such as those of cloud providers, run here and have their own time limits.
    const options: https.RequestOptions = {};
    await limited(config.applyToHTTPSOptions(options), signal);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(options.headers as http.OutgoingHttpHeaders | undefined),
      accept: metadataOnly ? metadataList : "application/json",
      ...(payload && { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
    };
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
    signal.addEventListener("abort", () => reject(new Error("the kubeconfig's credential program timed out")), {
      once: true,
    });
  });
  await Promise.race([work, late]);
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
