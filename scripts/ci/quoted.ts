/** Invisible, and not part of a name, a tag or an address. */
const gap = "\u{200B}";
/** The only markup that the preview writes as HTML. */
const allowedTag = /<(?!\/?(?:details|summary|code)>)/g;
const allowedEntity = /&(?!(?:amp|lt|gt);)/g;

/**
 * Quotes another author's Markdown, so that it cannot leave the quotation, notify anyone, link, or load an image. Every
 * rule applies to code too, because where code ends is for the Markdown parser to decide.
 */
export function quoted(markdown: string): string {
  return (
    markdown
      // Characters that hide, reorder or overlay text.
      .replaceAll(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu, "")
      .replaceAll(/(\p{M}{2})\p{M}+/gu, "$1")
      // HTML could close the quotation; an entity could be any of the characters below.
      .replaceAll(allowedTag, `<${gap}`)
      .replaceAll(allowedEntity, `&${gap}`)
      .replaceAll("@", `@${gap}`)
      .replaceAll(/(#|GH-)(?=\d)/gi, `$1${gap}`)
      .replaceAll("://", `:${gap}//`)
      .replaceAll(/www\./gi, `www${gap}.`)
      // Links, images, and footnotes, which are shown below the quotation.
      .replaceAll(/\](?=[(:[])/g, `]${gap}`)
      .split("\n")
      .map((line) => `> ${line}`)
      .join("\n")
  );
}
