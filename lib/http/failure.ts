/** Why a request got no response, worded to follow the address: "refuses connections". */
export class HttpFailure extends Error {
  /** The problem, without the address and without a full stop. */
  readonly finding: string;
  /** What to check, without a full stop. */
  readonly hint: string | undefined;

  constructor(url: string, finding: string, hint?: string, options?: ErrorOptions) {
    super(`${originOf(url)}: ${finding}.${hint === undefined ? "" : ` ${hint}.`}`, options);
    this.name = "HttpFailure";
    this.finding = finding;
    this.hint = hint;
  }
}

/** Scheme and host only: paths and queries can contain tokens. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "the address";
}

const byCode: Record<string, readonly [string, string]> = {
  ENOTFOUND: ["has no address in the DNS", "Check the name and its DNS records"],
  EAI_AGAIN: ["could not be looked up", "Check this machine's DNS"],
  ECONNREFUSED: ["refuses connections", "Nothing listens there: check that it runs"],
  ECONNRESET: ["ended the connection without an answer", "Look at its logs"],
  UND_ERR_SOCKET: ["ended the connection without an answer", "Look at its logs"],
  "bad port": ["uses a port that HTTP clients block", "Check the address"],
  ENETUNREACH: ["cannot be reached from here", "Check this machine's network"],
  EHOSTUNREACH: ["cannot be reached from here", "Check this machine's network"],
  CERT_HAS_EXPIRED: ["has a certificate that has expired", "Renew it"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["has the certificate of another host", "Check the domain's certificate"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["has a certificate of an untrusted issuer", "Check the domain's certificate"],
  SELF_SIGNED_CERT_IN_CHAIN: ["has a certificate of an untrusted issuer", "Check the domain's certificate"],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["has a certificate of an untrusted issuer", "Check the domain's certificate"],
};

/** Converts an error of `fetch` or of a socket. */
export function httpFailure(url: string, error: unknown, timeoutSeconds: number): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError")
    return new HttpFailure(url, `did not answer within ${timeoutSeconds} s`, "It is down or too slow", {
      cause: error,
    });
  const code = codeOf(error) ?? (reasonOf(error) === "bad port" ? "bad port" : "");
  const [finding, hint] = byCode[code] ?? [`cannot be reached (${code || name || "unknown error"})`, undefined];
  return new HttpFailure(url, finding, hint, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof AggregateError && each.errors.length > 0) return codeOf(each.errors[0]);
    const { code } = each as Error & { code?: unknown };
    if (typeof code === "string") return code;
  }
  return undefined;
}

/** fetch reports a blocked port by a cause without a code. */
function reasonOf(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each.message === "bad port") return each.message;
  return undefined;
}
