// Pulumi compiles a policy pack that begins with TypeScript by a compiler of its own, which knows none of this project's
// options. What a module imports is Node's business, and Node runs TypeScript as it stands.
import "./main.ts";
