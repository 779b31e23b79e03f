import type { ComponentChildren } from "preact";
import { Code } from "./code.js";

/** A secret that is shown this once, until it was taken along. */
export function Once({ of, text, label, kept, close, children }: { of: string; text: string; label: string; kept: string; close: () => void; children: ComponentChildren }) {
  return (
    <div class="set-card team-once" role="status" data-testid={`${of}-once`}>
      <p>{children}</p>
      <Code text={text} label={label} testid={`${of}-secret`} />
      <div class="set-acts"><button type="button" class="btn line" onClick={close}>{kept}</button></div>
    </div>
  );
}
