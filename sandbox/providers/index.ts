export { commandProvider } from "./command/provider.ts";
export { randomProvider } from "./random/provider.ts";
