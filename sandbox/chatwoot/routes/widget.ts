import { found } from "../access.ts";
import { createContactInbox } from "../records.ts";
import { html, notFoundPage, redirect } from "../answers.ts";
import { route, type World } from "../route.ts";
import { nextId, type Attachment, type Contact } from "../state.ts";

/* Routes for browsers: the widget's script and frame, and files. */

const attachment = (world: World, signedId: string | undefined): Attachment | undefined =>
  world.state.messages.flatMap(({ attachments }) => attachments).find((each) => each.signedId === signedId);

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
    if (inbox === undefined) return notFoundPage;
    const anonymous = { email: null, phoneNumber: null, identifier: null, customAttributes: {} };
    const id = nextId(state, "contact");
    const contact: Contact = { id, accountId: inbox.accountId, name: `visitor-${id}`, ...anonymous };
    state.contacts.push(contact);
    const { pubsubToken } = createContactInbox(world, contact, inbox);
    return html(`<script>window.chatwootPubsubToken = '${pubsubToken}'</script>`);
  }),
  // The storage's own address, valid for some minutes.
  route("GET /rails/active_storage/blobs/redirect/:signed/:name", (world, _, { signed }) =>
    attachment(world, signed) === undefined ? notFoundPage : redirect(`/rails/active_storage/disk/${signed}/file`),
  ),
  route("GET /rails/active_storage/disk/:signed/:name", (world, _, { signed }) => {
    const { bytes, contentType, fileName } = found(attachment(world, signed));
    const disposition = `inline; filename*=UTF-8''${encodeURIComponent(fileName)}`;
    return { status: 200, headers: { "content-type": contentType, "content-disposition": disposition }, body: bytes };
  }),
];
