import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { dress, refused, session } from "./agent.js";
import * as shop from "./shop.js";
import { word } from "./words.js";

const STEP = 4;

/** The agent's side, in a frame of this very page's origin. What it needs to be logged in lies in the tab's storage. */
export function DeskPane() {
  const t = (key: Parameters<typeof word>[1]) => word(shop.locale.value, key);
  const frame = useRef<HTMLIFrameElement>(null);
  const open = shop.brought.value ? `#/c/${encodeURIComponent(shop.brought.value)}` : "";
  useEffect(() => {
    const desk = frame.current?.contentWindow;
    if (desk && open) desk.location.hash = open;
  }, [open, session.value]);
  if (refused.value) return <div class="state" role="status"><h2>{t("desk.refused")}</h2><p>{t("desk.refused.sub")}</p></div>;
  if (!session.value) return <div class="state" aria-busy="true"><i class="spinner" /></div>;
  const look = { lang: shop.locale.value, scheme: shop.scheme.value };
  dress(look.lang, look.scheme);
  const query = new URLSearchParams({ demo: "1", ...look });
  return <iframe ref={frame} class="desk-frame" title={t("desk.title")} src={`/desk?${query}`} data-testid="desk-frame" />;
}

/** Between the two sides: drag it, or move it by the arrow keys. */
export function Grip() {
  const share = shop.share.value;
  const drag = useRef(false);
  useEffect(() => {
    const move = (event: PointerEvent) => drag.current && shop.setShare((event.clientX / innerWidth) * 100);
    const end = () => {
      drag.current = false;
      document.documentElement.removeAttribute("data-dragging");
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    return () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
    };
  }, []);
  const begin = (event: PointerEvent) => {
    event.preventDefault();
    drag.current = true;
    // A frame swallows the pointer; while it is dragged over, it must not.
    document.documentElement.setAttribute("data-dragging", "");
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    shop.setShare(share + step);
  };
  return (
    <section class="grip-at" aria-label={word(shop.locale.value, "desk.grip")}>
    <div
      class="grip"
      role="separator"
      aria-orientation="vertical"
      aria-label={word(shop.locale.value, "desk.grip")}
      aria-valuenow={Math.round(share)}
      aria-valuemin={shop.SHARE_MIN}
      aria-valuemax={shop.SHARE_MAX}
      tabIndex={0}
      data-testid="splitter"
      onPointerDown={begin}
      onKeyDown={keys}
    >
      <i aria-hidden="true" />
    </div>
    </section>
  );
}

/** On a wide screen: the desk beside the store or not. On a narrow one: which of the two is looked at. */
export function Sides() {
  const t = (key: Parameters<typeof word>[1]) => word(shop.locale.value, key);
  if (shop.wide.value) {
    const on = shop.split.value;
    return (
      <button type="button" class="tool desk-toggle" aria-pressed={on} data-testid="desk-toggle" onClick={() => shop.setSplit(!on)}>
        <Icon name="headset" size={18} />
        <span>{t("side.desk")}</span>
      </button>
    );
  }
  return (
    <div class="sides" role="radiogroup" aria-label={t("side")}>
      {(["buyer", "desk"] as const).map((side) => (
        <button type="button" role="radio" key={side} aria-checked={shop.side.value === side} data-testid={`side-${side}`} onClick={() => shop.setSide(side)}>
          {t(`side.${side}`)}
        </button>
      ))}
    </div>
  );
}
