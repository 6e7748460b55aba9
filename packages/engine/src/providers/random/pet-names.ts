import { randomInt } from "node:crypto";

const ADVERBS =
  "boldly calmly evenly fairly freely gently gladly highly kindly lightly mildly neatly openly quietly rarely smoothly".split(
    " ",
  );
const ADJECTIVES =
  "able brave calm clever eager fair gentle happy keen lively merry noble proud quick sound swift".split(" ");
const NAMES = "badger bee crane dove elk falcon finch fox hare heron ibex jay lark lynx otter owl".split(" ");

const pick = (words: string[]) => words[randomInt(words.length)] as string;

/** `length` words: adverbs, one adjective, one animal; two words for an invalid length. */
export function petName(length: number, separator: string): string {
  const words = [pick(NAMES)];
  if (length !== 1) words.unshift(pick(ADJECTIVES));
  while (words.length < length) words.unshift(pick(ADVERBS));
  return words.join(separator);
}
