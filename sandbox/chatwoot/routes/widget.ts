import { found } from "../access.ts";
import { createContactInbox } from "../records.ts";
import { html, json, redirect, Unhandled } from "../answers.ts";
import { manifest } from "../defaults.ts";
import { route, type World } from "../route.ts";
import { nextId, type Contact, type Upload } from "../state.ts";

/* Routes for browsers: the widget's script and frame, and files. */

const stored = ({ state }: World, signedId: string | undefined): Upload | undefined =>
  [...state.uploads, ...state.messages.flatMap(({ attachments }) => attachments)].find(
    (each) => each.signedId === signedId,
  );

/** Other types are downloaded, so that a page of a stranger never runs on Chatwoot's host. */
const inlineTypes = /^(image\/(png|gif|jpeg|webp|avif|bmp|tiff)|application\/pdf|audio\/|video\/)/;

export const widgetRoutes = [
  route("GET /packs/js/sdk.js", () => ({
    status: 200,
    headers: { "content-type": "application/javascript", "cache-control": "public, max-age=31556952" },
    body: "window.chatwootSDK={run:function(o){window.$chatwoot={baseUrl:o.baseUrl,websiteToken:o.websiteToken}}};",
  })),
  // A visitor without a conversation becomes a contact.
  route("GET /widget", (world, asked) => {
    const { state } = world;
    const inbox = state.inboxes.find(
      ({ channelType, token }) => channelType === "Channel::WebWidget" && token === asked.query.get("website_token"),
    );
    if (inbox === undefined) return json({ error: "web widget does not exist" }, 404);
    const anonymous = { email: null, phoneNumber: null, identifier: null, customAttributes: {} };
    const id = nextId(state, "contact");
    const times = { createdAtMs: Date.now(), lastActivityAtMs: null };
    const contact: Contact = { id, accountId: inbox.accountId, name: `visitor-${id}`, ...anonymous, ...times };
    state.contacts.push(contact);
    const { pubsubToken } = createContactInbox(world, contact, inbox);
    return html(`<script>window.chatwootPubsubToken = '${pubsubToken}'</script>`);
  }),
  // The storage's own address, valid for some minutes.
  route("GET /rails/active_storage/blobs/redirect/:signed/:name", (world, _, { signed, name }) => {
    if (stored(world, signed) === undefined) throw new Unhandled(404);
    return redirect(`/rails/active_storage/disk/${signed}/${encodeURIComponent(name ?? "")}`);
  }),
  route("GET /rails/active_storage/disk/:signed/:name", (world, _, { signed }) => {
    const { bytes, contentType, fileName } = found(stored(world, signed));
    const kind = inlineTypes.test(contentType) ? "inline" : "attachment";
    const ascii = encodeURIComponent(fileName.replaceAll(/[^ -~]/g, "?")).replaceAll("%20", " ");
    const disposition = `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
    return { status: 200, headers: { "content-type": contentType, "content-disposition": disposition }, body: bytes };
  }),
  // Rack's answer to a request that is no websocket upgrade.
  route("GET /cable", () => ({
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: "Page not found",
  })),
  route("GET /robots.txt", () => ({
    status: 200,
    headers: { "content-type": "text/plain" },
    body: "User-agent: *\nDisallow: /widget\n",
  })),
  route("GET /manifest.json", () => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(manifest),
  })),
];
