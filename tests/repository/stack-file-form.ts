import { isCollection, isNode, isScalar, parseDocument, Scalar, visit } from "yaml";

/** Characters that end or change a plain scalar inside `{}` or `[]`. */
const flowIndicator = /[,?[\]{}:]/;

/** A stack file as `pulumi config set` writes it: that command parses the file and rewrites every line. */
export function asPulumiWrites(text: string): string {
  const document = parseDocument(text);
  visit(document, (_, node, path) => {
    if (isNode(node)) node.spaceBefore = false;
    if (isScalar(node) && mustBeQuoted(node) && path.some((parent) => isCollection(parent) && parent.flow)) {
      node.type = Scalar.QUOTE_SINGLE;
    }
  });
  return document.toString({ flowCollectionPadding: false, lineWidth: 0 });
}

function mustBeQuoted({ type, value }: Scalar): boolean {
  return type === Scalar.PLAIN && typeof value === "string" && flowIndicator.test(value);
}
