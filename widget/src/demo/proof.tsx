import { useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { bearer } from "./agent.js";
import { data, locale } from "./shop.js";
import { breakOneByte, type Broken, type Checked, type Proof, verify } from "./verdict.js";
import { word, type Word } from "./words.what_if.js";

const t = (key: string, args?: Record<string, unknown>) => word(locale.value, key as Word, args);
/** Characters shown on each side of the broken byte. */
const AROUND = 26;

/** A decision derived again from its own proof; and the same with one byte of it changed. */
export function ProofCheck({ proof }: { proof: Proof }) {
  const [whole, setWhole] = useState<Checked | null>(null);
  const [broken, setBroken] = useState<(Broken & { checked: Checked | null }) | null>(null);
  const [failed, setFailed] = useState(false);
  const check = async (what: unknown): Promise<Checked | null> => {
    setFailed(false);
    try {
      return await verify(what, await bearer(data.value?.agent ?? null));
    } catch {
      setFailed(true);
      return null;
    }
  };
  const breakIt = async () => {
    const spoiled = breakOneByte(JSON.stringify(proof));
    setBroken({ ...spoiled, checked: null });
    const checked = await check(JSON.parse(spoiled.text));
    setBroken({ ...spoiled, checked });
  };
  return (
    <div class="panel proofs" data-testid="proof">
      <div class="proof-head">
        <h2><Icon name="lock" size={18} />{t("proof.title")}</h2>
        <code title={proof.digest}>sha256 {proof.digest.slice(0, 16)}…</code>
      </div>
      <p class="sub">{t("proof.sub", { n: Object.keys(proof.facts).length })}</p>
      <div class="proof-do">
        <button type="button" class="btn primary" data-testid="verify-proof" onClick={() => void check(proof).then(setWhole)}>{t("proof.verify")}</button>
        <button type="button" class="btn line" data-testid="break-byte" onClick={() => void breakIt()}>{t("proof.break")}</button>
      </div>
      {whole && <Outcome checked={whole} testid="proof-holds" />}
      {broken && (
        <>
          <p class="bytes" dir="ltr" data-testid="proof-broken"><code>…{broken.text.slice(Math.max(0, broken.at - AROUND), broken.at)}<del>{broken.was}</del><ins>{broken.text[broken.at]}</ins>{broken.text.slice(broken.at + 1, broken.at + AROUND)}…</code></p>
          {broken.checked && <Outcome checked={broken.checked} testid="proof-fails" />}
        </>
      )}
      {failed && <p class="outcome bad" role="alert"><Icon name="alert" size={18} /><span>{t("proof.failed")}</span></p>}
      <details class="raw">
        <summary>{t("proof.raw")}</summary>
        <pre dir="ltr" tabIndex={0}>{JSON.stringify(proof, null, 2)}</pre>
      </details>
    </div>
  );
}

function Outcome({ checked, testid }: { checked: Checked; testid: string }) {
  return (
    <div class={`outcome ${checked.holds ? "good" : "bad"}`} role="status" data-testid={testid} data-holds={checked.holds}>
      <Icon name={checked.holds ? "ok" : "no"} size={18} />
      <div>
        <b>{t(checked.holds ? "proof.holds" : "proof.fails")}</b>
        {checked.faults.map((fault) => <p key={fault}><code>{fault}</code></p>)}
      </div>
    </div>
  );
}
