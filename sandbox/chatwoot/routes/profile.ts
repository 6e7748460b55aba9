import { found, member, signedIn } from "../access.ts";
import { json, refusals } from "../answers.ts";
import { route } from "../route.ts";
import { secureToken } from "../state.ts";
import { accountView, agentView, blobUrl, profileView } from "../views.ts";

const path = "/api/v1/accounts/:account";

export const profileRoutes = [
  route("GET /api/v1/profile", (world, asked) => json(profileView(world, signedIn(world.state, asked)))),
  route(`GET ${path}`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    return json(accountView(found(world.state.accounts.find(({ id }) => id === accountId))));
  }),
  route(`GET ${path}/agents`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const agents = world.state.users.filter(({ accounts }) => accounts[accountId] !== undefined);
    return json(agents.map((each) => agentView(accountId, each)));
  }),
  // The file stays without a message: no job sends it to a customer.
  route(`POST ${path}/upload`, (world, asked, ids) => {
    member(world.state, asked, ids["account"] ?? "");
    const [file] = asked.uploads;
    if (file === undefined) throw refusals.unprocessable("No file or URL provided");
    const stored = { ...file, signedId: secureToken() };
    world.state.uploads.push(stored);
    return json({ file_url: blobUrl(world.url(), stored.signedId, stored.fileName), blob_id: stored.signedId });
  }),
];
