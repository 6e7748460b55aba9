import type { Message, Report } from "../model/model.ts";
import { markup, type Content, type Html } from "./html.ts";
import { duration, operationWord, plural, signs } from "./words.ts";

const results: Readonly<Record<Report["result"], [sign: string, words: string]>> = {
  succeeded: ["✔", "succeeded"],
  failed: ["✖", "failed"],
  cancelled: ["■", "was cancelled"],
  unfinished: ["…", "did not finish"],
};

/** `staging: up succeeded`. */
export function title({ stack, command, result }: Report): string {
  return `${stack || "a stack"}: ${command} ${results[result][1]}`;
}

export function header(report: Report): Html {
  const { result, project, engine, beganAt, durationMs, resolutionMs, counts, resources } = report;
  const began = beganAt.replace("T", " ").replace(/\.\d+Z$/, " UTC");
  const badge = (kind: string, sign: string, count: number, word: string): Content =>
    count > 0 && markup`<li class="badge ${kind}"><span aria-hidden="true">${sign}</span> ${count} ${word}</li>`;
  const had = (outcome: string, operation?: string): number =>
    resources.filter((one) => one.outcome === outcome && one.operation === (operation ?? one.operation)).length;
  const badges = [
    badge("failed", "✖", had("failed"), "failed"),
    badge("unfinished", "…", had("unfinished"), "not finished"),
    ...counts.map(([operation]) =>
      badge(`op-${operation}`, signs[operation], had("done", operation), operationWord(operation, report)),
    ),
  ];
  return markup`<header class="result-${result}">
    <h1><span class="result" aria-hidden="true">${results[result][0]}</span> ${title(report)}</h1>
    <p class="facts">
      Project <b>${project}</b>, by ${engine}, began <time datetime="${beganAt}">${began}</time>, took
      <b>${duration(durationMs, resolutionMs)}</b>, ${plural(resources.length, "resource")}
    </p>
    <ul class="badges" aria-label="Counts of operations">
      ${badges}
    </ul>
  </header>`;
}

/** The failures, at the top of the page. */
export function failures(report: Report): Html | undefined {
  const failed = report.resources
    .map((resource, index) => ({ resource, index }))
    .filter(({ resource }) => resource.outcome === "failed");
  const general = report.messages.filter(({ severity }) => severity === "error");
  if (failed.length === 0 && general.length === 0) return undefined;
  const items = failed.map(
    ({ resource: { name, kind, operation, messages }, index }) =>
      markup`<li>
        <p>
          <a href="#r${index}" data-select="${index}">${name}</a> <span class="kind">${kind}</span>: ${operation} failed
        </p>
        ${messages.filter(({ severity }) => severity === "error").map(text)}
      </li>`,
  );
  return markup`<section id="failures" aria-labelledby="failures-title">
    <h2 id="failures-title">${failed.length > 0 ? `${plural(failed.length, "step")} failed` : "What failed"}</h2>
    <ul class="failed">
      ${items}${general.map((message) => markup`<li>${text(message)}</li>`)}
    </ul>
  </section>`;
}

export function text({ severity, text: content }: Message): Html {
  const word = severity === "info" ? "" : `${severity}: `;
  return markup`<pre class="message ${severity}" tabindex="0">${word}${content}</pre>`;
}

export function notes({ messages, resources }: Report): Html | undefined {
  const general = messages.filter(({ severity }) => severity !== "error");
  const warned = resources.flatMap(({ messages: own, name }, index) =>
    own.filter(({ severity }) => severity === "warning").map((message) => ({ message, name, index })),
  );
  if (general.length + warned.length === 0) return undefined;
  return markup`<section id="messages" aria-labelledby="messages-title">
    <h2 id="messages-title">Messages</h2>
    <ul class="plain">
      ${general.map((message) => markup`<li>${text(message)}</li>`)}${warned.map(
        ({ message, name, index }) =>
          markup`<li><a href="#r${index}" data-select="${index}">${name}</a>${text(message)}</li>`,
      )}
    </ul>
  </section>`;
}

export function outputs({ outputs: values, command }: Report): Html | undefined {
  if (values.length === 0) return undefined;
  const rows = values.map(({ name, value, secret }) => {
    const shown = secret ? markup`<span class="secret">[secret]</span>` : markup`<pre tabindex="0">${value}</pre>`;
    return markup`<tr>
      <th scope="row"><code>${name}</code></th>
      <td>${shown}</td>
    </tr>`;
  });
  return markup`<section id="outputs" aria-labelledby="outputs-title">
    <h2 id="outputs-title">Outputs</h2>
    ${command === "preview" && markup`<p>Values from the preview.</p>`}
    <table class="values">
      <thead>
        <tr>
          <th scope="col">Output</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}
