import ts from "typescript";
import { commentOf, openSources } from "./doc-comments.ts";
import { table } from "./table.ts";

const file = "stacks/outputs.ts";

const introduction = `# Outputs

<!-- Written by \`npm run reference\` from ${file}. Edit the comments there. -->

What every stack gives, whatever its target: \`pulumi stack output NAME --stack STACK\`, with \`--show-secrets\` for what is
secret, or \`new pulumi.StackReference(…)\` from another stack.`;

/** The page of every output, from the interface that a test freezes. */
export function outputsPage(root: string): string {
  const program = openSources(root, [file]);
  const source = program.getSourceFile(`${root}/${file}`);
  const contract = source?.statements.find(
    (node): node is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(node) && node.name.text === "StackOutputs",
  );
  if (contract === undefined) throw new Error(`${file}: has no interface StackOutputs. Correct scripts/reference`);
  const rows = contract.members.flatMap((member) => rowsOf("", member, program.getTypeChecker()));
  return [introduction, table(["output", "type", "secret", "meaning"], rows)].join("\n\n");
}

function rowsOf(above: string, member: ts.TypeElement, checker: ts.TypeChecker): string[][] {
  if (!ts.isPropertySignature(member) || member.type === undefined) return [];
  const symbol = checker.getSymbolAtLocation(member.name);
  const name = above + member.name.getText();
  const below = membersOf(member.type, checker).flatMap((inner) => rowsOf(`${name}.`, inner, checker));
  const type = member.type.getText();
  const row = [
    `\`${name}\``,
    below.length > 0 ? (type.endsWith("null") ? "object or null" : "object") : readable(member.type, checker),
    below.length === 0 && isSecret(type) ? "yes" : "",
    symbol === undefined ? "" : commentOf(symbol, checker),
  ];
  return [row, ...below];
}

/** Members of an object type that is written out, here or as an interface of this project. */
function membersOf(node: ts.TypeNode, checker: ts.TypeChecker): ts.TypeElement[] {
  if (ts.isTypeLiteralNode(node)) return [...node.members];
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((type) => membersOf(type, checker));
  if (!ts.isTypeReferenceNode(node)) return [];
  const found = checker.getSymbolAtLocation(node.typeName);
  const symbol = found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const declared = symbol?.declarations?.find(ts.isInterfaceDeclaration);
  return declared === undefined || declared.getSourceFile().fileName.includes("node_modules")
    ? []
    : [...declared.members];
}

/** The type with its aliases written out, and without the output that a value comes in. */
function readable(node: ts.TypeNode, checker: ts.TypeChecker): string {
  const text = node.getText();
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  const type =
    outputTypes[text] ??
    /^pulumi\.Output<(.*)>$/.exec(text)?.[1] ??
    checker.typeToString(checker.getTypeFromTypeNode(node), undefined, flags);
  return `\`${type.replaceAll('"', "").replaceAll(" | ", " or ")}\``;
}

const outputTypes: Readonly<Record<string, string>> = { Secret: "string", OptionalSecret: "string | null" };

const isSecret = (type: string): boolean => type in outputTypes;
