import { OAuth2Server } from "oauth2-mock-server";

/** The next user to sign on. */
export interface Person {
  email: string;
  email_verified: boolean;
  groups: string[];
}

export const agent: Person = { email: "agent@newjoy.ro", email_verified: true, groups: ["support"] };

export interface Issuer {
  url: string;
  /** Signs on as this user from now on. */
  person: Person;
  /** The number of codes that were exchanged for tokens. */
  exchanges: () => number;
  stop: () => Promise<void>;
}

/** An OpenID Connect issuer on this machine that accepts every user without a prompt. */
export async function startIssuer(port?: number): Promise<Issuer> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(port, "127.0.0.1");
  server.issuer.url = `http://127.0.0.1:${server.address().port}`;
  let exchanges = 0;
  const issuer: Issuer = {
    url: server.issuer.url,
    person: agent,
    exchanges: () => exchanges,
    stop: () => (server.listening ? server.stop() : Promise.resolve()),
  };
  const claims = () => ({ sub: "user-1", preferred_username: "agent", ...issuer.person });
  server.service.on("beforeTokenSigning", (token: { payload: object }) => Object.assign(token.payload, claims()));
  server.service.on("beforeUserinfo", (response: { body: unknown }) => (response.body = claims()));
  server.service.on("beforeResponse", () => (exchanges += 1));
  return issuer;
}
