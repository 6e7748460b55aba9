import ts from "typescript";

/** The part of JSON Schema that zod generates for a stack file. */
export interface JsonNode {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  properties?: Record<string, JsonNode>;
  required?: string[];
  items?: JsonNode;
  additionalProperties?: JsonNode | boolean;
  anyOf?: JsonNode[];
  oneOf?: JsonNode[];
}

/** Opens the files with the project's compiler options, to read their comments and types. */
export function openSources(root: string, files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, root);
  return ts.createProgram(
    files.map((file) => `${root}/${file}`),
    options,
  );
}

/** The type of a constant that a file exports. */
export function typeOfExport(program: ts.Program, file: string, name: string): ts.Type {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
  if (found === undefined) throw new Error(`${file}: exports no ${name}. Correct scripts/reference`);
  return checker.getTypeOfSymbol(found);
}

/**
 * Copies the doc comments of a zod schema's keys into its JSON Schema. zod's type arguments mirror the schema, and
 * TypeScript tracks where each key was declared, through every spread and import.
 */
export function describeKeys(node: JsonNode, type: ts.Type, checker: ts.TypeChecker): void {
  const name = type.symbol?.name;
  const [first, second] = checker.getTypeArguments(type as ts.TypeReference);
  if (first === undefined) return;
  if (name === "ZodObject") {
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      const symbol = first.getProperty(key);
      if (symbol === undefined) {
        // The names of these are computed, so no key has a comment of its own.
        if (node.description !== undefined) child.description = node.description;
        continue;
      }
      const comment = commentOf(symbol, checker);
      if (comment !== "") child.description = comment;
      describeKeys(child, checker.getTypeOfSymbol(symbol), checker);
    }
  } else if (name === "ZodUnion" || name === "ZodDiscriminatedUnion") {
    const variants = checker.getTypeArguments(first as ts.TypeReference);
    for (const [index, variant] of (node.oneOf ?? node.anyOf ?? []).entries())
      if (variants[index] !== undefined) describeKeys(variant, variants[index], checker);
  } else if (name === "ZodArray" && node.items !== undefined) describeKeys(node.items, first, checker);
  else if (name === "ZodRecord" && typeof node.additionalProperties === "object" && second !== undefined)
    describeKeys(node.additionalProperties, second, checker);
  else if (["ZodOptional", "ZodDefault", "ZodPrefault"].includes(name ?? "")) describeKeys(node, first, checker);
}

/** The comment of the key, or of its schema: `sso: sso.optional()` takes the comment of `sso`. */
export function commentOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const own = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  if (own !== "") return oneLine(own);
  const made = symbol.declarations?.map((declaration) => madeOf(declaration, checker)).find(Boolean);
  return made === undefined ? "" : oneLine(ts.displayPartsToString(made.getDocumentationComment(checker)));
}

function madeOf(declaration: ts.Declaration, checker: ts.TypeChecker): ts.Symbol | undefined {
  let found: ts.Symbol | undefined;
  if (ts.isShorthandPropertyAssignment(declaration)) found = checker.getShorthandAssignmentValueSymbol(declaration);
  else if (ts.isPropertyAssignment(declaration)) {
    let at: ts.Expression = declaration.initializer;
    while (ts.isCallExpression(at) || ts.isPropertyAccessExpression(at)) at = at.expression;
    if (ts.isIdentifier(at)) found = checker.getSymbolAtLocation(at);
  }
  return found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
