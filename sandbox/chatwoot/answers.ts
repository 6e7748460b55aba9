/** A route's response. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export function json(body: unknown, status = 200): Answer {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
}

export function html(body: string, status = 200): Answer {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

export function redirect(location: string): Answer {
  return { status: 302, headers: { location, "content-type": "text/html; charset=utf-8" }, body: "" };
}

/** `head :ok`: 200 without a body. */
export const headOk: Answer = { status: 200, headers: { "content-type": "application/json" }, body: "" };

/** An error response, thrown by a route. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`${answer.status}`);
    this.answer = answer;
  }
}

/** An exception that no controller handles. Rails' `PublicExceptions` answers, in the requested format. */
export class Unhandled extends Error {
  readonly status: keyof typeof statusTexts;

  constructor(status: keyof typeof statusTexts) {
    super(statusTexts[status]);
    this.status = status;
  }
}

const statusTexts = { 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error" };

export function publicException(status: keyof typeof statusTexts, accept: string | undefined): Answer {
  const text = statusTexts[status];
  if (accept?.startsWith("application/json") === true)
    return {
      status,
      headers: { "content-type": "application/json; charset=UTF-8" },
      body: JSON.stringify({ status, error: text }),
    };
  return {
    status,
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: `<title>${text} (${status})</title>`,
  };
}

/** `RequestExceptionHandler` of the API's controllers. */
export const refusals = {
  invalidToken: () => new Refusal(json({ error: "Invalid Access Token" }, 401)),
  notSignedIn: () => new Refusal(json({ errors: ["You need to sign in or sign up before continuing."] }, 401)),
  notAllowed: () => new Refusal(json({ error: "You are not authorized to do this action" }, 401)),
  noAccess: () => new Refusal(json({ error: "You are not authorized to access this account" }, 401)),
  notFound: () => new Refusal(json({ error: "Resource could not be found" }, 404)),
  unprocessable: (error: string) => new Refusal(json({ error }, 422)),
  missing: (name: string) => new Refusal(json({ error: `param is missing or the value is empty: ${name}` }, 422)),
  /** A record that fails its model's validation. */
  invalid: (problems: Readonly<Record<string, string>>) =>
    new Refusal(
      json(
        {
          message: Object.entries(problems)
            .map(([attribute, problem]) => `${titleOf(attribute)} ${problem}`)
            .join(", "),
          attributes: Object.keys(problems),
        },
        422,
      ),
    ),
};

function titleOf(attribute: string): string {
  const words = attribute.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
