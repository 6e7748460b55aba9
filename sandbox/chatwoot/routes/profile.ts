import { member, signedIn } from "../access.ts";
import { json } from "../answers.ts";
import { route } from "../route.ts";
import { profileView } from "../views.ts";

export const profileRoutes = [
  route("GET /api/v1/profile", (world, asked) => json(profileView(world, signedIn(world.state, asked)))),
  route("GET /api/v1/accounts/:account", (world, asked, ids) => {
    const { accountId, user } = member(world.state, asked, ids["account"] ?? "");
    const account = world.state.accounts.find(({ id }) => id === accountId);
    return json({ id: accountId, name: account?.name, locale: "en", status: "active", role: user.accounts[accountId] });
  }),
];
