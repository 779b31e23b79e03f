import { render } from "preact";
import { App } from "./app.js";
import { mount, type Mounted } from "./mount.js";
import type { BootOptions, EventName } from "./options.js";
import { Root } from "./root.js";

type Listener = (value: unknown) => void;

const listeners = new Map<string, Set<Listener>>();
let app: App | null = null;
let mounted: Mounted | null = null;

function emit(event: EventName, value: unknown): void {
  for (const listener of listeners.get(event) ?? []) {
    try {
      listener(value);
    } catch (error) {
      // A host's fault in its own listener is the host's to see, and stops nothing here.
      setTimeout(() => console.error("Anxin: a listener failed", error));
    }
  }
}

function boot(options: BootOptions): void {
  if (app) close();
  app = new App(options, emit);
  mounted = mount(app);
  render(<Root app={app} />, mounted.root);
}

function close(): void {
  if (mounted) {
    render(null, mounted.root);
    mounted.remove();
  }
  app?.close();
  app = mounted = null;
}

function shutdown(): void {
  const gone = app;
  close();
  gone?.shutdown();
}

function update(change: Partial<BootOptions>): void {
  if (!app) return;
  Object.assign(app.options, change);
  if ("order" in change) app.order.value = change.order?.id ?? null;
  if ("product" in change) app.product.value = change.product?.id ?? null;
  if (change.locale) app.setLocale(change.locale);
  if (change.theme) app.pickScheme();
  if (change.getToken || change.token) identify(change);
  mounted?.place();
}

function identify(who: Pick<BootOptions, "token" | "getToken"> | string): void {
  const token = typeof who === "string" ? who : who.token;
  const get = typeof who === "object" && who.getToken ? who.getToken : () => token ?? null;
  const known = app;
  void known?.client.identify(get).then(() => known.loadOrders(), () => {});
}

function on(event: string, listener: Listener): () => void {
  const set = listeners.get(event) ?? new Set();
  listeners.set(event, set.add(listener));
  return () => set.delete(listener);
}

/** What the loader calls, once per command, in the order of the host's calls; it lets none through that is not here. */
export function command(name: string, ...args: unknown[]): unknown {
  switch (name) {
    case "boot":
      return boot(args[0] as BootOptions);
    case "update":
      return update((args[0] ?? {}) as Partial<BootOptions>);
    case "open": {
      const prefill = (args[0] as { prefill?: string } | undefined)?.prefill;
      return prefill === undefined ? app?.show() : app?.openWith(String(prefill));
    }
    case "close":
      return app?.hide();
    case "identify":
      return identify(args[0] as string);
    case "shutdown":
      return shutdown();
    case "on":
      return on(String(args[0]), args[1] as Listener);
  }
}
