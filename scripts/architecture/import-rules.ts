import type { IConfiguration, IRegularForbiddenRuleType } from "dependency-cruiser";
import { rooms } from "./floors.ts";

const tests = String.raw`(\.test\.ts$|(^|/)tests/|/test-[^/]+\.ts$)`;

const floors = rooms.map(({ folder, uses }): IRegularForbiddenRuleType => ({
  name: `${folder} uses only the floors below it`,
  comment: `${folder}/ may import ${uses.length === 0 ? "no other folder" : `${uses.join("/, ")}/`}. Move the shared code to one of these, or pass it in as an argument (scripts/architecture/floors.ts).`,
  severity: "error",
  from: { path: `^${folder}/`, ...(folder.startsWith("packages/") ? {} : { pathNot: tests }) },
  to: {
    dependencyTypesNot: ["core"],
    pathNot: ["(^|/)node_modules/", ...[folder, ...uses].map((room) => `^${room}/`)],
  },
}));

const noCycles: IRegularForbiddenRuleType = {
  name: "no import cycles",
  comment: "Move the code that the files of the cycle share to a separate file.",
  severity: "error",
  from: {},
  to: { circular: true },
};

/** Each folder imports only lower folders, and import cycles are errors. */
const rules: IConfiguration = {
  forbidden: [...floors, noCycles],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.cache|\\.sandbox|artifacts)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
      extensions: [".ts", ".js"],
    },
    cache: { folder: ".cache/imports", strategy: "content" },
  },
};

export default rules;
