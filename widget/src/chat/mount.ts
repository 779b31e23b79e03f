import { effect } from "@preact/signals";
import { Styles } from "../ui/sheet.js";
import type { App } from "./app.js";
import css from "./chat.css";

export const TAG = "anxin-chat";

export interface Mounted {
  root: HTMLElement;
  place(): void;
  remove(): void;
}

/** The chat's own tree, inside one open shadow root: nothing of the host leaks in, nothing of ours leaks out. */
export function mount(app: App): Mounted {
  const inline = document.querySelector<HTMLElement>(`${TAG}[mode=inline]`);
  const host = inline ?? document.createElement(TAG);
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const styles = new Styles(shadow, css);
  const root = document.createElement("div");
  root.className = "root";
  shadow.replaceChildren(root);
  app.options.mode = inline ? "inline" : "floating";
  if (inline) app.show();
  const stop = [paint(app, styles, root), viewport(root), inline ? () => {} : keepIn(host)];
  const place = () => {
    placeRoot(app, root);
    styles.paint(accentOf(app));
  };
  place();
  const remove = () => {
    stop.forEach((f) => f());
    root.remove();
    if (!inline) host.remove();
  };
  return { root, place, remove };
}

function paint(app: App, styles: Styles, root: HTMLElement): () => void {
  return effect(() => {
    styles.add(app.rooms.value?.css);
    styles.add(app.cards.value?.css);
    styles.add(app.files.value?.css);
    styles.paint(accentOf(app));
    root.dataset["scheme"] = app.scheme.value;
    root.dataset["mode"] = app.options.mode;
    root.lang = app.locale.value;
  });
}

function accentOf(app: App): string | null | undefined {
  return app.options.theme?.accent ?? app.info.value?.accent;
}

function placeRoot(app: App, root: HTMLElement): void {
  const { position = "end", offset = 0 } = app.options;
  const { x = 0, y = 0, top = 0 } = typeof offset === "number" ? { y: offset } : offset;
  root.style.setProperty("--dt", `${top}px`);
  root.dataset["position"] = position;
  root.style.setProperty("--dx", `${x}px`);
  root.style.setProperty("--dy", `${y}px`);
}

/** A phone's keyboard covers the layout viewport but not the visual one: the panel follows what can be seen. */
function viewport(root: HTMLElement): () => void {
  const seen = window.visualViewport;
  if (!seen) return () => {};
  const follow = () => {
    root.style.setProperty("--vh", `${seen.height}px`);
    root.style.setProperty("--vt", `${seen.offsetTop}px`);
  };
  follow();
  seen.addEventListener("resize", follow);
  seen.addEventListener("scroll", follow);
  return () => {
    seen.removeEventListener("resize", follow);
    seen.removeEventListener("scroll", follow);
  };
}

/** Shops that change pages by script replace the body, and us with it: come back whenever that happens. */
function keepIn(host: HTMLElement): () => void {
  const observer = new MutationObserver(() => back());
  const back = () => {
    if (!host.isConnected && document.body) document.body.append(host);
    observer.disconnect();
    observer.observe(document.documentElement, { childList: true });
    if (document.body) observer.observe(document.body, { childList: true });
  };
  back();
  return () => observer.disconnect();
}
