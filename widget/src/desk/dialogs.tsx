import { desk } from "./app.js";
import { BulkDialog } from "./bulk_dialog.js";
import { PastDialog } from "./copilot/past.js";
import { BuyerDialog } from "./buyer_dialog.js";
import { MergeDialog } from "./merge_dialog.js";
import { Palette } from "./palette.js";
import { RefundDialog } from "./refund_dialog.js";
import { ResolveDialog } from "./resolve_dialog.js";
import { Shortcuts } from "./shortcuts.js";
import { SnoozeDialog } from "./snooze_dialog.js";
import { SplitDialog } from "./split_dialog.js";
import { SupplierDialog } from "./supplier_dialog.js";
import { TransferDialog } from "./transfer_dialog.js";

export function Dialogs() {
  const open = desk.dialog.value;
  if (open === "palette") return <Palette />;
  if (open === "shortcuts") return <Shortcuts />;
  if (open === "bulk") return <BulkDialog />;
  if (open === "past" && desk.past.value) return <PastDialog solved={desk.past.value} />;
  const detail = desk.detail;
  const about = desk.about.value;
  if (about && open === "merge") return <MergeDialog ticket={about} />;
  if (about && open === "split") return <SplitDialog ticket={about} />;
  if (!detail) return null;
  if (about && open === "supplier") return <SupplierDialog ticket={about} order={detail.order} lang={detail.conversation.lang} />;
  if (about && open === "buyer") return <BuyerDialog ticket={about} />;
  if (open === "refund") return <RefundDialog detail={detail} />;
  if (open === "resolve") return <ResolveDialog conversation={detail.conversation.id} />;
  if (open === "transfer") return <TransferDialog />;
  return open === "snooze" ? <SnoozeDialog /> : null;
}
