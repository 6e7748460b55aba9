/** Values that a variable of Chatwoot takes, and the fix for others. */
const forms: Readonly<Record<string, { takes: RegExp; problem: string }>> = {
  LOG_LEVEL: {
    takes: /^(debug|info|warn|error|fatal|unknown)$/i,
    problem: "is not a log level, so Rails would not start. Use debug, info, warn, error or fatal",
  },
  DEFAULT_LOCALE: {
    takes: /^[a-z]{2,3}(_[A-Z]{2})?$/,
    problem: "is not a language code, so Chatwoot would use English. Write it as de or pt_BR",
  },
  // PostgreSQL reads a number alone as milliseconds.
  POSTGRES_STATEMENT_TIMEOUT: {
    takes: /^(0|\d+\s*(ms|s|min|h)|\d{4,})$/,
    problem: "is too short a time limit, or none. Write it with its unit, for instance 14s",
  },
  RACK_TIMEOUT_SERVICE_TIMEOUT: {
    takes: /^\d+$/,
    problem: "is not a number of seconds. Write one, for instance 15",
  },
};

/** Why the value of a variable cannot work, as "problem. Fix"; undefined if it can, or is not judged. */
export function valueProblem(name: string, value: string): string | undefined {
  const form = forms[name];
  return form === undefined || value === "" || form.takes.test(value.trim())
    ? undefined
    : `is ${JSON.stringify(value)}, which ${form.problem}`;
}
