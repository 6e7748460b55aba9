/** Splits a command into words as Go's shlex does: quotes and backslashes, no variables, no operators. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (quote === "'") {
      if (letter === "'") quote = "";
      else word = (word ?? "") + letter;
    } else if (letter === "\\") {
      index += 1;
      if (index >= text.length) throw new Error("EOF found after escape character");
      word = (word ?? "") + text.charAt(index);
    } else if (quote === '"') {
      if (letter === '"') quote = "";
      else word = (word ?? "") + letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (letter === "#" && word === undefined) {
      const end = text.indexOf("\n", index);
      index = end < 0 ? text.length : end;
    } else {
      word = (word ?? "") + letter;
    }
  }
  if (quote !== "") throw new Error("EOF found when expecting closing quote");
  if (word !== undefined) words.push(word);
  return words;
}
