import { html, json, redirect, Unhandled } from "../answers.ts";
import { addUser } from "../seed.ts";
import { objectParam, textParam, type Asked } from "../request.ts";
import { route, type World } from "../route.ts";
import { nextId } from "../state.ts";
import { profileView } from "../views.ts";

/* Routes without authentication: sign-in, sign-up, onboarding. */

export const sessionRoutes = [
  route("POST /auth/sign_in", (world, asked) => {
    const email = textParam(asked, "email")?.toLowerCase();
    const user = world.state.users.find(
      (each) => each.email === email && each.password === textParam(asked, "password"),
    );
    return user === undefined
      ? json({ success: false, errors: ["Invalid login credentials. Please try again."] }, 401)
      : json({ data: profileView(world, user) });
  }),
  route("GET /auth/validate_token", () => json({ success: false, errors: ["Invalid login credentials"] }, 401)),
  // Sign-up as devise_token_auth mounts it. Chatwoot permits no name, so it creates no user, but reports who has one.
  route("POST /auth", ({ state }, asked) => {
    const taken = state.users.some(({ email }) => email === textParam(asked, "email")?.toLowerCase());
    const errors = { ...(taken ? { email: ["has already been taken"] } : {}), name: ["can't be blank"] };
    const messages = [...(taken ? ["Email has already been taken"] : []), "Name can't be blank"];
    return json({ status: "error", errors: { ...errors, full_messages: messages } }, 422);
  }),
  route("PUT /auth", () => json({ status: "error", errors: ["Please submit proper account update data."] }, 422)),
  route("DELETE /auth", () => json({ status: "error", errors: ["Unable to locate account for destruction."] }, 404)),
  route("GET /auth/password/edit", () => {
    throw new Unhandled(500);
  }),
  route("GET /auth/confirmation", () => {
    throw new Unhandled(500);
  }),
  route("POST /auth/password", ({ state }, asked) => {
    const user = state.users.find(({ email }) => email === textParam(asked, "email"));
    // The same answer for any address, so that nobody learns who has an account.
    if (user !== undefined) state.mails.push({ to: user.email, subject: "Reset password instructions" });
    const message =
      "Request for password reset is successful. A email with instructions will be sent to your email if it exists.";
    return json({ message });
  }),
  route("POST /api/v1/accounts", (world, asked) => {
    // `check_signup_enabled` raises a routing error, so a closed sign-up is a 404.
    if (!world.state.signupOpen) throw new Unhandled(404);
    const [account, name] = [textParam(asked, "account_name"), textParam(asked, "user_full_name")];
    if (!account && !name) return json({ message: "Invalid, please check the signup paramters and try again" }, 403);
    const email = textParam(asked, "email") ?? "";
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return json({ message: "You have entered an invalid email" }, 403);
    addOwner(world, account ?? name ?? "", email, textParam(asked, "password"));
    return json({ email });
  }),
  route("GET /installation/onboarding", ({ state }) =>
    state.onboardingOpen ? html("<h2>Howdy, Welcome to Chatwoot</h2><form>") : redirect("/"),
  ),
  route("POST /installation/onboarding", (world, asked) => {
    if (!world.state.onboardingOpen) return redirect("/");
    const user = objectParam(asked, "user") ?? {};
    addOwner(world, String(user["company"]), String(user["email"]), String(user["password"])).type = "SuperAdmin";
    world.state.onboardingOpen = false;
    return redirect("/");
  }),
  route("GET /super_admin", () => redirect("/super_admin/sign_in")),
  route("GET /super_admin/sign_in", () => {
    const page = html("<title>SuperAdmin | Chatwoot</title>");
    const cookie = "_chatwoot_session=standIn; path=/; HttpOnly; SameSite=Lax";
    return { ...page, headers: { ...page.headers, "set-cookie": cookie } };
  }),
  route("GET /auth/:provider", (_world, _asked, { provider }) => ({
    ...redirect(`/omniauth/${provider}`),
    status: 307,
  })),
  ...["/", "/app", "/app/*rest"].map((path) => route(`GET ${path}`, dashboard)),
];

function dashboard({ state }: World, asked: Asked, { format }: Readonly<Record<string, string>>) {
  if (state.onboardingOpen) return redirect("/installation/onboarding");
  if (format === "json" || (format === undefined && asked.headers.accept?.startsWith("application/json") === true))
    return json({ error: "Please use API routes instead of dashboard routes for JSON requests" }, 406);
  return html(`<script>window.chatwootConfig = { signupEnabled: '${state.signupOpen}' }</script>`);
}

function addOwner({ state }: World, account: string, email: string, password = "") {
  const id = nextId(state, "account");
  state.accounts.push({ id, name: account });
  return addUser(state, { email, password, accounts: { [id]: "administrator" } });
}
