/**
 * The one script tag. It owns the global `Anxin`, keeps every call until the chat has arrived, and fetches the chat
 * when the page is idle or somebody wants it. Nothing here may throw into the shop's page.
 */
interface Chat {
  command(name: string, ...args: unknown[]): unknown;
}

type Call = (...args: unknown[]) => unknown;
type Anxin = Call & { q?: unknown[][]; v?: 1; shop?: string | undefined };

const COMMANDS = ["boot", "update", "open", "close", "identify", "shutdown", "on"];
const warn = (...what: unknown[]) => console.warn("Anxin:", ...what);

(() => {
  // Typed for a page as the chat; here it may be the queue before it.
  const w = window as unknown as { Anxin?: Anxin; requestIdleCallback?: (run: () => void, o: object) => void };
  const tag = (document.currentScript ?? document.querySelector("script[data-shop][src*='widget.js']")) as HTMLScriptElement | null;
  if (w.Anxin?.v) {
    const other = tag?.dataset["shop"];
    if (other && other !== w.Anxin.shop) warn(`a page has one chat: that of “${w.Anxin.shop}”, so the tag of “${other}” is left out`);
    return;
  }
  const base = new URL(tag?.src || location.href).origin;
  const data = tag?.dataset ?? {};
  const early = w.Anxin?.q ?? [];
  let chat: Chat | null = null;
  let queue: ((c: Chat) => void)[] = [];
  let loading = false;

  const load = () => {
    if (loading) return;
    loading = true;
    import(base + "/widget/chat.js").then(
      (c: Chat) => {
        chat = c;
        queue.forEach((run) => run(c));
        queue = [];
      },
      (e: unknown) => {
        loading = false;
        warn("the chat could not be loaded", e);
      },
    );
  };
  const whenIdle = () =>
    w.requestIdleCallback ? w.requestIdleCallback(load, { timeout: 2000 }) : setTimeout(load, 300);

  const tell = (c: Chat, args: unknown[]) => {
    try {
      return c.command(...(args as [string]));
    } catch (e) {
      warn(e);
    }
  };
  const api: Anxin = (...args) => {
    const [name, given] = args;
    if (!COMMANDS.includes(name as string)) return warn(`no command “${name}”. There are ${COMMANDS.join(", ")}.`);
    if (name === "boot") {
      const options = { base, shop: data["shop"], locale: data["locale"], ...(given as object) };
      if (!options.shop) return warn("boot needs {shop}, or data-shop on the script tag");
      if ((api.shop ??= options.shop) !== options.shop)
        return warn(`this page has the chat of “${api.shop}”: “shutdown” comes before “boot” of “${options.shop}”`);
      args[1] = options;
    }
    if (name === "shutdown") api.shop = undefined;
    if (chat) return tell(chat, args);
    let off: unknown;
    let gone = false;
    queue.push((c) => {
      if (!gone) off = tell(c, args);
    });
    if (name === "open") load();
    if (name === "boot") whenIdle();
    if (name === "on") return () => ((gone = true), (off as Call | undefined)?.());
  };
  api.v = 1;
  w.Anxin = api;
  // A call that comes before boot would find nothing to act on: the page's own boot goes first, else ours.
  const calls = early.map((a) => Array.from(a));
  const boots = calls.filter((a) => a[0] === "boot");
  const rest = calls.filter((a) => a[0] !== "boot");
  calls.filter((a) => a[0] === "on").forEach((a) => api(...a));
  if (boots.length) boots.forEach((a) => api(...a));
  else if (data["shop"]) api("boot", {});
  rest.filter((a) => a[0] !== "on").forEach((a) => api(...a));
})();
