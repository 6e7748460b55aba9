import { found } from "../access.ts";
import { createVisitor } from "../records.ts";
import { textParam } from "../request.ts";
import { html, json, redirect, Unhandled } from "../answers.ts";
import { manifest } from "../defaults.ts";
import { route, type World } from "../route.ts";
import type { Inbox, Upload } from "../state.ts";

/* Routes for browsers: the widget's script and frame, and files. */

const stored = ({ state }: World, signedId: string | undefined): Upload | undefined =>
  [...state.uploads, ...state.messages.flatMap(({ attachments }) => attachments)].find(
    (each) => each.signedId === signedId,
  );

const widgetOf = ({ state }: World, websiteToken: string | null): Inbox | undefined =>
  state.inboxes.find(({ channelType, token }) => channelType === "Channel::WebWidget" && token === websiteToken);

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
    const inbox = widgetOf(world, asked.query.get("website_token"));
    if (inbox === undefined) return json({ error: "web widget does not exist" }, 404);
    const { pubsubToken } = createVisitor(world, inbox, asked);
    return html(`<script>window.chatwootPubsubToken = '${pubsubToken}'</script>`);
  }),
  // The same for a client of its own; the token names its contact in later calls.
  route("POST /api/v1/widget/config", (world, asked) => {
    const inbox = found(widgetOf(world, textParam(asked, "website_token") ?? asked.query.get("website_token")));
    const known = world.state.contactInboxes.find(
      ({ inboxId, sourceId }) => inboxId === inbox.id && sourceId === asked.headers["x-auth-token"],
    );
    const { contactId, sourceId, pubsubToken } = known ?? createVisitor(world, inbox, asked);
    const { id, name, email, identifier, phoneNumber } = found(
      world.state.contacts.find((each) => each.id === contactId),
    );
    return json({
      website_channel_config: {
        api_host: world.url(),
        auth_token: sourceId,
        locale: "en",
        website_name: inbox.name,
        website_token: inbox.token,
      },
      contact: { email, id, identifier, name, phone_number: phoneNumber, pubsub_token: pubsubToken },
      global_config: {},
    });
  }),
  // The storage's own address, valid for some minutes.
  route("GET /rails/active_storage/blobs/redirect/:signed/*name", (world, _, { signed }) => {
    const upload = stored(world, signed);
    if (upload === undefined) throw new Unhandled(404);
    return redirect(`/rails/active_storage/disk/${signed}/${encodeURIComponent(upload.fileName)}`);
  }),
  route("GET /rails/active_storage/disk/:signed/*name", (world, _, { signed }) => {
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
