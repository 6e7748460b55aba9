import { emptyState, nextId, secureToken, type Inbox, type Role, type State, type User } from "./state.ts";

export interface SeedOptions {
  account?: string;
  admin?: { email: string; password: string };
  /** Token of the service user, an administrator. */
  apiToken?: string;
  /** The webhooks that the deployment registers. */
  webhooks?: readonly { url: string; subscriptions: readonly string[]; secret: string }[];
  version?: string;
}

/** The state after the preparation step: an account, its admin, the service user with its token, the webhooks. */
export function preparedState(options: SeedOptions = {}): State {
  const { account = "HotDash", admin, apiToken = secureToken(), webhooks = [], version } = options;
  const state = emptyState(version);
  const accountId = nextId(state, "account");
  state.accounts.push({ id: accountId, name: account });
  const { email = "admin@hotrodan.com", password = "Sandbox1!" } = admin ?? {};
  addUser(state, { email, password, type: "SuperAdmin", accounts: { [accountId]: "administrator" } });
  const service = `api@${email.split("@").at(-1)}`;
  addUser(state, { email: service, name: "API", accessToken: apiToken, accounts: { [accountId]: "administrator" } });
  for (const { url, subscriptions, secret } of webhooks)
    state.webhooks.push({
      id: nextId(state, "webhook"),
      accountId,
      name: null,
      url,
      inboxId: null,
      subscriptions: [...subscriptions],
      secret,
    });
  return state;
}

export function addInbox(
  state: State,
  inbox: Pick<Inbox, "accountId" | "name" | "channelType"> & Partial<Inbox>,
): Inbox {
  const added: Inbox = {
    id: nextId(state, "inbox"),
    token: secureToken(),
    webhookUrl: null,
    websiteUrl: null,
    email: null,
    secret: secureToken(),
    hmacToken: secureToken(),
    requireIdentity: false,
    bot: null,
    members: [],
    createdAtMs: Date.now(),
    ...inbox,
  };
  state.inboxes.push(added);
  return added;
}

export function addUser(
  state: State,
  user: Partial<Omit<User, "id">> & { email: string; accounts: Record<number, Role> },
): User {
  const added: User = {
    id: nextId(state, "user"),
    name: user.email.split("@")[0] as string,
    password: secureToken(),
    type: null,
    accessToken: secureToken(),
    ...user,
  };
  state.users.push(added);
  return added;
}
