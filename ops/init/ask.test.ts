import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { withQuestions } from "./ask.ts";
import { questionsOf, targetQuestion, type Question } from "./questions.ts";

const url = questionsOf("fly").find(({ name }) => name === "url") as Question;
const ask = (question: Question, given: Record<string, string>, answers = {}) =>
  withQuestions(given, (answer) => answer(question, answers));

test("takes the flag, then the proposal, and names the flag that is missing", async () => {
  expect(await ask(url, { url: "https://a.example.com" }, { app: "b" })).toBe("https://a.example.com");
  expect(await ask(url, {}, { app: "b" })).toBe("https://b.fly.dev");
  await expect(ask(url, {})).rejects.toThrow(
    "--url: is missing, and there is no terminal to ask. Pass --url: Public address.",
  );
});

test("names what is wrong with an answer", async () => {
  await expect(ask(targetQuestion, { target: "heroku" })).rejects.toThrow(
    '--target: "heroku" is not a target. Use fly or kubernetes.',
  );
});

test("a terminal is asked again until the answer is valid, and an empty one takes the proposal", async () => {
  const terminal = { input: new PassThrough(), output: new PassThrough() };
  const asked = withQuestions({}, (answer) => Promise.all([answer(url, { app: "b" })]), terminal);
  terminal.input.write("http://a.example.com\n");
  await new Promise((resolve) => setTimeout(resolve, 20));
  terminal.input.write("\n");
  expect(await asked).toEqual(["https://b.fly.dev"]);
  expect(String(terminal.output.read())).toMatch(
    /^Public address \(https:\/\/b\.fly\.dev\): {3}Public address: "http:\S+ is not a plain https address\. Write it/,
  );
});

test("a terminal that closes ends the questions", async () => {
  const terminal = { input: new PassThrough(), output: new PassThrough() };
  const asked = withQuestions({}, (answer) => answer(url, {}), terminal);
  terminal.input.end();
  await expect(asked).rejects.toThrow(/^init: stopped before the last answer, so nothing was written\. Repeat/);
});
