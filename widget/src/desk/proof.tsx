import { useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { alter, type Altered } from "./alter.js";
import { desk } from "./app.js";
import type { Proof } from "./model.js";

type Found = { holds: boolean; faults: string[] } | "busy" | "failed" | null;

/** Derives the decision again from its own proof, and shows what one changed byte does to it. */
export function ProofCheck({ proof, facts, clauses }: { proof: Proof; facts: number; clauses: number }) {
  const [found, setFound] = useState<Found>(null);
  const [altered, setAltered] = useState<Altered | null>(null);
  const check = async (which: Proof) => {
    setFound("busy");
    setFound(await desk.api.verify(which).catch(() => "failed" as const));
  };
  const spoil = () => {
    const next = altered ? null : alter(proof);
    setAltered(next);
    void check(next?.proof ?? proof);
  };
  return (
    <div class="proof-check">
      <p class="proof-line"><Icon name="lock" size={14} />{desk.t("proof.digest")} <code title={proof.digest}>{proof.digest?.slice(0, 16)}…</code></p>
      <div class="pair">
        <button type="button" class="btn line" data-testid="verify-proof" disabled={found === "busy"} onClick={() => void check(altered?.proof ?? proof)}><span>{desk.t("proof.verify")}</span></button>
        <button type="button" class="btn line" data-testid={altered ? "restore-proof" : "break-proof"} disabled={found === "busy"} onClick={spoil}><span>{desk.t(altered ? "proof.restore" : "proof.break")}</span></button>
      </div>
      {altered && (
        <p class="altered" data-testid="altered">
          {desk.t("proof.changed", { field: desk.term("fact", altered.field) })} <del>{altered.before}</del> <Icon name="right" size={12} /> <ins>{altered.after}</ins>
        </p>
      )}
      <Result found={found} facts={facts} clauses={clauses} />
    </div>
  );
}

function Result({ found, facts, clauses }: { found: Found; facts: number; clauses: number }) {
  if (found === null) return null;
  if (found === "busy") return <p class="proof-result" role="status">{desk.t("proof.verifying")}</p>;
  if (found === "failed") return <p class="proof-result bad" role="alert">{desk.t("proof.failed")}</p>;
  return (
    <div class={found.holds ? "proof-result good" : "proof-result bad"} role="status" data-testid="proof-result" data-holds={found.holds}>
      <p><Icon name={found.holds ? "ok" : "no"} size={16} />{found.holds ? desk.t("proof.holds", { n: facts, m: clauses }) : desk.t("proof.fails")}</p>
      {found.faults.length > 0 && <ul>{found.faults.slice(0, 4).map((fault) => <li key={fault}>{fault.startsWith("digest:") && <>{desk.t("proof.fault.digest")} </>}<code>{fault}</code></li>)}</ul>}
    </div>
  );
}
