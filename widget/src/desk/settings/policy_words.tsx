import type { WordLine } from "./model.js";
import { t } from "./words.js";

const SIGNS = { "+": "diff.new", "-": "diff.gone", "~": "diff.changed" } as const;

/** Changes of clauses in words; signs and not only colours say which. */
export function Words({ lines, testid }: { lines: WordLine[]; testid: string }) {
  return (
    <ul class="diff" data-testid={testid}>
      {lines.map((line, at) => (
        <li key={at} class={`depth-${line.depth}`} data-sign={line.sign || undefined} dir="auto">
          {line.sign && <b class="diff-sign" role="img" aria-label={t(SIGNS[line.sign])}>{line.sign}</b>}
          <span>{line.text}</span>
        </li>
      ))}
    </ul>
  );
}
