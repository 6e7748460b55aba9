import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { readWebUrl } from "../../lib/web-url.ts";

/**
 * A widget inside a page of another site gets no session cookie, so Chatwoot 4.16.2 answers its direct uploads with 422:
 * visitors could attach no file. https://github.com/chatwoot/chatwoot/blob/v4.16.2/app/controllers/api/v1/widget/direct_uploads_controller.rb
 */
export function checkDirectUploads({ installation = {}, inboxes = [], url }: PartialSettings): Problem[] {
  if (String(installation["DIRECT_UPLOADS_ENABLED"] ?? false) !== "true" || url === undefined) return [];
  const own = siteOf(url);
  const others = inboxes.flatMap((inbox) => (inbox.kind === "website" ? [inbox.websiteUrl] : []));
  const other = others.find((each) => siteOf(each) !== own);
  if (other === undefined) return [];
  return [
    {
      key: "installation.DIRECT_UPLOADS_ENABLED",
      message: `breaks the widget's attachments on ${other}, which is another site than ${url}. Remove it`,
    },
  ];
}

/** The last two labels of the host: two hosts of one company share them, and cookies with it. */
function siteOf(address: string): string | undefined {
  const read = readWebUrl(address);
  return "problem" in read ? undefined : read.url.hostname.split(".").slice(-2).join(".");
}
