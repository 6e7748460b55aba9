// The entry point is JavaScript, because Pulumi would compile TypeScript without this project's options. Node runs the
// imported TypeScript directly.
import "./main.ts";
