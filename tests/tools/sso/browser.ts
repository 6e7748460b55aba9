import { ask, type Answer } from "./asking.ts";

/** A browser from the gate's point of view: it keeps cookies and follows redirects to the issuer and back. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await ask(this.#port, `GET ${path}`, { accept: "text/html", ...(cookie && { cookie }), ...headers });
    for (const text of answer.headers["set-cookie"] ?? []) this.#keep(text);
    return answer;
  }

  /** Requests a page, signs on at the issuer, and returns the response to the code. */
  async signOn(path: string): Promise<Answer> {
    const sent = await this.get(path);
    if (sent.status !== 302) throw new Error(`GET ${path} did not redirect to the issuer: status ${sent.status}`);
    const authorize = new URL(sent.headers.location ?? "");
    const back = await ask(Number(authorize.port), `GET ${authorize.pathname}${authorize.search}`, {
      host: authorize.host,
    });
    const callback = new URL(back.headers.location ?? "");
    return this.get(callback.pathname + callback.search);
  }

  #keep(text: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) as unknown as [string, string, string];
    if (value === "" || /expires=Thu, 01 Jan 1970/i.test(text) || /max-age=0/i.test(text)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export const sessionCookies = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => /^__Host-oauth2_proxy(_\d+)?$/.test(name));
