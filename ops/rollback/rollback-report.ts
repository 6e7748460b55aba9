import { compactUtc } from "../logs/save.ts";
import { saveEvidence } from "../pipeline/save.ts";
import { formatFindings, type Finding } from "../troubleshoot/finding.ts";

/** The report of a rollback, printed and saved after each step, so that it survives a crash. */
export class RollbackReport {
  readonly steps: (Finding & { at: string })[] = [];
  path = "";
  readonly #file = `chatwoot-rollback-${compactUtc(new Date())}.json`;
  readonly #head: object;
  readonly #colour: boolean;

  constructor(head: object, { colour }: { colour: boolean }) {
    this.#head = head;
    this.#colour = colour;
  }

  async add(...findings: readonly Finding[]): Promise<void> {
    const at = new Date().toISOString();
    this.steps.push(...findings.map((finding) => ({ ...finding, at })));
    if (findings.length > 0) console.error(formatFindings(findings, { colour: this.#colour }));
    await this.save({});
  }

  async save(more: object): Promise<void> {
    this.path = await saveEvidence(
      this.#file,
      `${JSON.stringify({ ...this.#head, ...more, steps: this.steps }, null, 2)}\n`,
    );
  }
}
