/** The colour of an order's state; what is not known stays neutral. */
export function stateTone(state: string): "good" | "warn" | "bad" | "neutral" {
  if (/frozen|fail|abnormal|disput|chargeback/.test(state)) return "bad";
  if (/not_|un(delivered|paid)|pend|process|wait|partial|shortage|^paid/.test(state)) return "warn";
  return /deliver|complete|redeem/.test(state) ? "good" : "neutral";
}
