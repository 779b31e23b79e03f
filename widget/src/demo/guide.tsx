import { signal } from "@preact/signals";
import { Icon, type IconName } from "../ui/icons.js";
import { power, stopServer } from "./power.js";
import * as shop from "./shop.js";
import { word, type Word } from "./words.js";

interface Step {
  key: "ask" | "refund" | "dispute" | "person" | "rate";
  icon: IconName;
  /** Who has to be browsing for the question to make sense; anybody where null. */
  buyer: string | null;
  says: boolean;
}

/** One story from the first question to a rating, told on both sides. */
const STEPS: readonly Step[] = [
  { key: "ask", icon: "chat", buyer: null, says: true },
  { key: "refund", icon: "undo", buyer: "alice", says: true },
  { key: "dispute", icon: "scale", buyer: "alice", says: true },
  { key: "person", icon: "headset", buyer: null, says: true },
  { key: "rate", icon: "star", buyer: null, says: false },
];

const done = signal<ReadonlySet<string>>(new Set());
const current = signal<Step["key"] | null>(null);

function finish(key: Step["key"] | null): void {
  if (key) done.value = new Set(done.value).add(key);
}

/** What happens in the chat moves the story on by itself. */
export function follow(): void {
  shop.anxin("on", "message", (told: { author: string }) => told.author === "assistant" && current.value !== "person" && finish(current.value));
  shop.anxin("on", "handoff", (told: { stage: string; conversation: string }) => {
    if (told.stage === "queued") {
      current.value = "person";
      shop.brought.value = told.conversation;
    }
    if (told.stage === "joined") finish("person");
  });
  shop.anxin("on", "resolved", () => (current.value = "rate"));
  shop.anxin("on", "rating", () => finish("rate"));
}

function begin(step: Step): void {
  current.value = step.key;
  power.value = "on";
  if (step.buyer) shop.become(step.buyer);
  if (!step.says) return;
  shop.setSide("buyer");
  shop.ask(word(shop.locale.value, `step.${step.key}.say` as Word));
}

export function Guide() {
  const t = (key: string) => word(shop.locale.value, key as Word);
  const at = STEPS.find((s) => s.key === current.value) ?? null;
  const look = power.value !== "on" ? t(`power.${power.value}`) : at ? t(`step.${at.key}.look`) : t("guide.begin");
  return (
    <section class="guide" aria-label={t("guide")} data-testid="guide">
      <ol class="steps">
        {STEPS.map((step) => (
          <li key={step.key}>
            <button
              type="button"
              class="step"
              data-testid={`step-${step.key}`}
              data-done={done.value.has(step.key)}
              aria-current={current.value === step.key ? "step" : undefined}
              onClick={() => begin(step)}
            >
              <i aria-hidden="true"><Icon name={done.value.has(step.key) ? "check" : step.icon} size={16} /></i>
              <span>{t(`step.${step.key}`)}</span>
            </button>
          </li>
        ))}
      </ol>
      <p class="look" role="status" data-testid="guide-look" data-power={power.value}><Icon name="eye" size={16} /><span>{look}</span></p>
      {shop.data.value?.stops && (
        <button type="button" class="btn line tiny" data-testid="stop-server" disabled={power.value === "off"} onClick={() => void stopServer()}>
          <Icon name="stop" size={16} />{t("power.stop")}
        </button>
      )}
      <a class="btn soft tiny" href="#/what-if" data-testid="nav-what-if" onClick={() => shop.setSide("buyer")}>
        <Icon name="scale" size={16} />{t("whatif.nav")}
      </a>
    </section>
  );
}
