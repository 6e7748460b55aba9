export { default } from "./scripts/architecture/import-rules.ts";
