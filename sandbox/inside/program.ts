import { fileURLToPath } from "node:url";
import { splitWords } from "flyctl-stand-in/shell-words";

/** Ruby's arguments and the environment variables that the command sets. */
export interface RubyProgram {
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
}

const consoleProgram = fileURLToPath(new URL("console.rb", import.meta.url));

/** What `sh -c` gets: a folder, the text of irb's start file, and the command. */
const shellText = /^(?:cd \/app && )?(?:export IRBRC=\$\(mktemp\) && echo "([^"]+)" > \$IRBRC && )?exec (.+)$/;

/**
 * Maps a command inside Chatwoot's container, because the sandbox has no Chatwoot image: `bundle exec ruby ...` runs this
 * machine's Ruby, and `bundle exec rails console` runs irb on the database without Chatwoot's models. Undefined for other
 * commands, because this machine has programs that the container does not have.
 */
export function rubyProgram(words: readonly string[]): RubyProgram | undefined {
  const shell = shellText.exec(words[0] === "sh" && words[1] === "-c" ? (words[2] ?? "") : "");
  if (shell !== null) {
    const [, first, command = ""] = shell;
    const found = rubyProgram(splitWords(command));
    return found && first !== undefined ? { ...found, environment: { IRBRC_TEXT: first } } : found;
  }
  const [begin, ...rest] = words;
  if (begin === "env") return withEnvironment(rest);
  const [bundle, exec, program, ...args] = words;
  if (bundle !== "bundle" || exec !== "exec") return undefined;
  if (program === "ruby") return { args, environment: {} };
  const isConsole = program === "rails" && args[0] === "console" && args.slice(1).every((arg) => arg === "--sandbox");
  return isConsole ? { args: [consoleProgram, ...args.slice(1)], environment: {} } : undefined;
}

function withEnvironment(words: readonly string[]): RubyProgram | undefined {
  const at = words.findIndex((word) => !/^\w+=/.test(word));
  const found = at === -1 ? undefined : rubyProgram(words.slice(at));
  if (found === undefined) return undefined;
  const set = words.slice(0, at).map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]);
  return { ...found, environment: { ...(Object.fromEntries(set) as Record<string, string>), ...found.environment } };
}
