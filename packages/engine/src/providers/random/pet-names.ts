import { randomInt } from "node:crypto";

const adverbs =
  "boldly calmly evenly fairly freely gently gladly highly kindly lightly mildly neatly openly quietly rarely smoothly".split(
    " ",
  );
const adjectives =
  "able brave calm clever eager fair gentle happy keen lively merry noble proud quick sound swift".split(" ");
const names = "badger bee crane dove elk falcon finch fox hare heron ibex jay lark lynx otter owl".split(" ");

const pick = (words: string[]) => words[randomInt(words.length)] as string;

/** `length` words: adverbs, one adjective, one animal; two words for an invalid length. */
export function petName(length: number, separator: string): string {
  const words = [pick(names)];
  if (length !== 1) words.unshift(pick(adjectives));
  while (words.length < length) words.unshift(pick(adverbs));
  return words.join(separator);
}
