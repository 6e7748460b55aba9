/** Why no service accepts a secret of one line as it is. */
export function edgeProblem(value: string): string | undefined {
  const again = "Set the value again without it";
  if (/^[\s\u200b\u2060\ufeff]/.test(value))
    return `begins with a blank, which a service would read as part of it. ${again}`;
  if (/[\s\u200b\u2060\ufeff]$/.test(value))
    return `ends with a blank or a line break, which a service would read as part of it. ${again}`;
  const invisible = /[\u00a0\u200b-\u200f\u2060\ufeff]/.exec(value)?.[0];
  const found = invisible === undefined ? unusableCharacter(value) : `the invisible character ${codePoint(invisible)}`;
  return found === undefined ? undefined : `has ${found} in it. ${again}`;
}

/** Names the first control character or half of a surrogate pair, apart from the allowed ones. */
export function unusableCharacter(text: string, allowed?: RegExp): string | undefined {
  const checked = allowed === undefined ? text : text.replaceAll(allowed, "");
  // eslint-disable-next-line no-control-regex -- these are the characters to find
  const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.exec(checked)?.[0];
  if (control !== undefined) return names[control] ?? `the control character ${codePoint(control)}`;
  return checked.isWellFormed() ? undefined : "half of a character (an unpaired surrogate)";
}

const names: Readonly<Record<string, string>> = {
  "\0": "a zero byte",
  "\t": "a tab",
  "\n": "a line break",
  "\r": "a carriage return",
};

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
