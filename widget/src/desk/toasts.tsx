import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";

export function Toasts() {
  return (
    <>
      <div class="toasts" role="status" aria-live="polite">
        {desk.toasts.value.map((toast) => (
          <p key={toast.id} class={`toast ${toast.tone}`} data-testid="toast">
            <Icon name={toast.tone === "good" ? "ok" : toast.tone === "bad" ? "alert" : "chat"} size={18} />
            {toast.text}
            {toast.action && <button type="button" class="link" data-testid="toast-action" onClick={() => desk.act(toast)}>{toast.action.label}</button>}
            {toast.about && <button type="button" class="link quiet" aria-label={desk.t("close")} data-testid="toast-close" onClick={() => desk.putAside((one) => one.id === toast.id)}><Icon name="close" size={16} /></button>}
          </p>
        ))}
      </div>
      <p class="sr" aria-live="polite">{desk.said.value}</p>
    </>
  );
}
