/** Scopes of issuers that reject every other scope. */
const scopesByHost: Readonly<Record<string, readonly string[]>> = {
  "accounts.google.com": ["openid", "email", "profile"],
  "login.microsoftonline.com": ["openid", "email", "profile", "offline_access"],
  "gitlab.com": ["openid", "email", "profile", "read_user"],
};

/** Scopes that a known issuer does not have. Microsoft also accepts scopes with the address of an application. */
export function refusedScopes(issuer: string, scopes: readonly string[]): string[] {
  const known = scopesByHost[new URL(issuer).host];
  return known === undefined ? [] : scopes.filter((scope) => !known.includes(scope) && !/[/:.]/.test(scope));
}

/** The problem of an address whose tokens name another issuer, as "problem. Fix". */
export function issuerProblem(issuer: string): string | undefined {
  const { host, pathname } = new URL(issuer);
  const tenant = /^\/(common|organizations|consumers)(\/|$)/.exec(pathname)?.[1];
  if (host !== "login.microsoftonline.com" || tenant === undefined) return undefined;
  return (
    `is the address of ${tenant}, but Microsoft's tokens name the tenant as their issuer, so the proxy rejects them. ` +
    "Set https://login.microsoftonline.com/TENANT-ID/v2.0 with the tenant's id"
  );
}
