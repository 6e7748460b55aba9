import { refusals } from "./answers.ts";
import type { Asked } from "./request.ts";
import type { State, User } from "./state.ts";

/** The user of the request's token, as in `AccessTokenAuthHelper`. */
export function signedIn(state: State, asked: Asked): User {
  const token = headerText(asked, "api_access_token") ?? headerText(asked, "api-access-token");
  if (token === undefined || token === "") throw refusals.notSignedIn();
  const user = state.users.find(({ accessToken }) => accessToken === token);
  if (user === undefined) throw refusals.invalidToken();
  return user;
}

/** The signed-in user and the path's account; the user must be a member. */
export function member(state: State, asked: Asked, accountId: string): { user: User; accountId: number } {
  const user = signedIn(state, asked);
  const account = state.accounts.find(({ id }) => id === Number(accountId));
  if (account === undefined) throw refusals.notFound();
  if (user.accounts[account.id] === undefined) throw refusals.noAccess();
  return { user, accountId: account.id };
}

/** Like `member`, for administrators only. Chatwoot returns 401, not 403, to others. */
export function administrator(state: State, asked: Asked, accountId: string): { user: User; accountId: number } {
  const found = member(state, asked, accountId);
  if (found.user.accounts[found.accountId] !== "administrator") throw refusals.notAllowed();
  return found;
}

/** `find`: a missing record is a 404. */
export function found<T>(record: T | undefined): T {
  if (record === undefined) throw refusals.notFound();
  return record;
}

function headerText(asked: Asked, name: string): string | undefined {
  const value = asked.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
