import { parseRoute, routeMatches, routeProblem } from "../../components/kubernetes/sso/route-pattern.ts";
import { folderProblem } from "../../components/kubernetes/sso/staff-folders.ts";
import { issuerProblem, refusedScopes } from "../../components/kubernetes/sso/known-issuers.ts";
import { staffRoutes } from "../../components/kubernetes/sso/staff-routes.ts";
import { objectNames } from "../../components/kubernetes/names.ts";
import type { Problem } from "../../config/problems.ts";
import type { SsoConfig } from "../../config/schema/kubernetes/sso.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Rejects settings that let no user, the wrong users or all users in. */
export function checkSso({ url, kubernetes }: PartialSettings): Problem[] {
  const sso = kubernetes?.sso;
  if (sso === undefined) return [];
  const problems = [...issuerProblems(sso, url), ...userProblems(sso), ...routeProblems(sso), ...secretProblems(sso)];
  return problems.map(({ key, message }) => ({ key: `kubernetes.sso.${key}`, message }));
}

function issuerProblems({ issuer, scopes }: SsoConfig, url: string | undefined): Problem[] {
  const problems: Problem[] = [];
  if (url !== undefined && new URL(issuer).host === new URL(url).host)
    problems.push({
      key: "issuer",
      message: "is the address of Chatwoot itself, so sign-on would block its own issuer. Set the issuer's URL",
    });
  const known = issuerProblem(issuer);
  if (known !== undefined) problems.push({ key: "issuer", message: known });
  const refused = refusedScopes(issuer, scopes);
  if (refused.length > 0)
    problems.push({
      key: "scopes",
      message: `has ${refused.join(" and ")}, which ${new URL(issuer).host} rejects, so no user could sign in. Set scopes: [${scopes.filter((scope) => !refused.includes(scope)).join(", ")}]`,
    });
  const missing = ["openid", "email"].filter((scope) => !scopes.includes(scope));
  if (missing.length > 0)
    problems.push({
      key: "scopes",
      message: `lacks ${missing.join(" and ")}, without which no user can sign in. Add it`,
    });
  return problems;
}

function userProblems({ emailDomains, allowedGroups, allowUnverifiedEmail }: SsoConfig): Problem[] {
  if (!allowUnverifiedEmail || emailDomains.length === 0 || allowedGroups.length > 0) return [];
  return [
    {
      key: "allowUnverifiedEmail",
      message:
        "makes emailDomains ineffective: a user who can edit their address at the issuer can enter one of these domains. " +
        "Mark the addresses verified at the issuer and remove this, or add allowedGroups",
    },
  ];
}

function routeProblems({ publicRoutes, publicApi }: SsoConfig): Problem[] {
  return publicRoutes.flatMap((route, index): Problem[] => {
    const key = `publicRoutes.${index}`;
    const problem = routeProblem(route) ?? folderProblem(parseRoute(route).path, { publicApi });
    if (problem !== undefined) return [{ key, message: problem }];
    const opened = staffRoutes
      .flatMap(({ examples }) => examples)
      .find((example) => {
        const [method, path] = example.split(/[ ?]/) as [string, string];
        return routeMatches(route, method, path);
      });
    return opened === undefined
      ? []
      : [{ key, message: `allows ${opened}, a staff route, without sign-on. Narrow it` }];
  });
}

function secretProblems({ credentials }: SsoConfig): Problem[] {
  if (credentials.from !== "existing" || credentials.name !== objectNames.proxyCookie) return [];
  return [{ key: "credentials.name", message: "is the name of a Secret that the stack creates. Use another name" }];
}
