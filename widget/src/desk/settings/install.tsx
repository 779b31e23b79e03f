import { useEffect, useRef, useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import type { Install } from "./model.js";
import { Code } from "./code.js";
import { Choice, Field, Head, Here, useLoaded } from "./parts.js";
import { bootOptions, cspLines, type Look, PAGE_CODE, PLAIN, snippet, tokenCode, TRUSTED_TYPES } from "./snippet.js";
import { t } from "./words.js";

const COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** How the chat comes to the shop's pages: its look tried live, then what to copy, then whether it was met there. */
export function InstallPage() {
  const [found, again] = useLoaded(() => desk.api.request<Install>("GET", "desk/install"));
  const [look, setLook] = useState<Look>(PLAIN);
  const base = location.origin;
  return (
    <section data-testid="install">
      <Head title={t("install")} sub={t("install.sub")} />
      <Here of={found} again={again}>{(install) => (
        <>
          <div class="install-try">
            <LookForm install={install} look={look} set={setLook} />
            <Preview shop={install.shop} look={look} />
          </div>
          <div class="set-card">
            <h3>{t("install.snippet")}</h3>
            <Code text={snippet(base, install.shop, look)} label={t("install.snippet")} testid="install-snippet" />
          </div>
          <div class="set-card">
            <h3>{t("install.csp")}</h3>
            <Code text={cspLines(base)} label={t("install.csp")} testid="install-csp" />
            <p class="faint">{t("install.csp.sub")} {t("install.types")}</p>
            <Code text={TRUSTED_TYPES} label="Trusted Types" testid="install-types" />
          </div>
          <Token install={install} />
          <Seen install={install} again={again} />
        </>
      )}</Here>
    </section>
  );
}

function LookForm({ install, look, set }: { install: Install; look: Look; set: (look: Look) => void }) {
  const [written, setWritten] = useState("");
  const bad = written !== "" && !COLOUR.test(written);
  const paint = (value: string) => {
    setWritten(value);
    const accent = value.toLowerCase();
    if (COLOUR.test(value)) set({ ...look, accent: accent === install.accent.toLowerCase() ? "" : accent });
    else if (!value) set({ ...look, accent: "" });
  };
  const locales = ["auto", ...install.languages.filter((one) => one === "zh-CN" || one === "en")] as ("auto" | "zh-CN" | "en")[];
  const pixels = (key: "x" | "y" | "top") => (
    <Field label={t(`install.offset.${key}`)}>
      <input type="number" min={0} max={400} value={look[key]} data-testid={`install-${key}`} onInput={(e) => set({ ...look, [key]: Math.max(0, Math.min(400, Math.round(Number(e.currentTarget.value)) || 0)) })} />
    </Field>
  );
  return (
    <form class="set-card install-look" aria-label={t("install.look")} onSubmit={(e) => e.preventDefault()}>
      <h3>{t("install.look")}</h3>
      <div class="install-accent">
        <input type="color" aria-label={t("install.accent")} value={look.accent || install.accent} onInput={(e) => paint(e.currentTarget.value)} />
        <Field label={t("install.accent")} hint={bad ? t("install.accent.bad") : look.accent ? undefined : t("install.accent.own")}>
          <input value={written} placeholder={install.accent} aria-invalid={bad} spellcheck={false} data-testid="install-accent" onInput={(e) => paint(e.currentTarget.value.trim())} />
        </Field>
      </div>
      <Choice label={t("install.position")} testid="install-position" value={look.position} set={(position) => set({ ...look, position })} all={(["start", "end"] as const).map((one) => [one, t(`install.position.${one}`)] as const)} />
      <Choice label={t("install.scheme")} testid="install-scheme" value={look.scheme} set={(scheme) => set({ ...look, scheme })} all={(["auto", "light", "dark"] as const).map((one) => [one, t(`install.scheme.${one}`)] as const)} />
      <Choice label={t("install.locale")} testid="install-locale" value={look.locale as "auto" | "zh-CN" | "en"} set={(locale) => set({ ...look, locale })} all={locales.map((one) => [one, t(`install.locale.${one}`)] as const)} />
      <fieldset class="install-offset"><legend>{t("install.offset")}</legend>{pixels("x")}{pixels("y")}{pixels("top")}</fieldset>
    </form>
  );
}

type Anxin = (command: string, options?: unknown) => void;

/** A page of ours with the real chat on it, told of every change as a shop's page would tell it. */
function Preview({ shop, look }: { shop: string; look: Look }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [size, setSize] = useState<"desktop" | "phone">("desktop");
  const [open, setOpen] = useState(false);
  const [here, setHere] = useState(false);
  const anxin = (): Anxin | undefined => (frame.current?.contentWindow as { Anxin?: Anxin } | null)?.Anxin;
  const options = () => {
    const { theme = {}, ...rest } = bootOptions(look) as { theme?: { scheme?: string } };
    // What is back at its default has to be said too: the chat there knows the last one.
    return { position: "end", offset: { x: 0, y: 0, top: 0 }, locale: desk.locale.value, ...rest, theme: { scheme: desk.scheme.value, accent: undefined, ...theme } };
  };
  useEffect(() => {
    if (here) anxin()?.("update", options());
  }, [look, here, desk.locale.value, desk.scheme.value]);
  const boot = () => {
    anxin()?.("boot", { shop, ...options() });
    if (open) anxin()?.("open");
    setHere(true);
  };
  const flip = () => {
    anxin()?.(open ? "close" : "open");
    setOpen(!open);
  };
  return (
    <div class="set-card install-preview">
      <div class="install-bar">
        <Choice label={t("install.preview")} testid="install-size" value={size} set={setSize} all={(["desktop", "phone"] as const).map((one) => [one, t(`install.preview.${one}`)] as const)} />
        <button type="button" class="btn line" data-testid="install-open" disabled={!here} onClick={flip}>{t(open ? "install.close" : "install.open")}</button>
      </div>
      <div class={`install-stage ${size}`}>
        <iframe ref={frame} src="/desk/preview" title={t("install.preview")} data-testid="install-frame" onLoad={boot} />
      </div>
      <p class="faint">{t("install.preview.sub")}</p>
    </div>
  );
}

function Token({ install }: { install: Install }) {
  const [language, setLanguage] = useState<"python" | "node">("python");
  return (
    <div class="set-card">
      <h3>{t("install.token")}</h3>
      <p class="faint">{t("install.token.sub", { minutes: Math.floor(install.token.longest_s / 60) })} <code>anxin token secret --shop {install.shop}</code></p>
      <Choice label={t("install.token.lang")} testid="install-language" value={language} set={setLanguage} all={[["python", "Python"], ["node", "Node"]]} />
      <Code text={tokenCode(language, install.token.audience)} label={t("install.token")} testid="install-token" />
      <p class="faint">{t("install.token.page")}</p>
      <Code text={PAGE_CODE} label={t("install.token.page")} testid="install-page" />
    </div>
  );
}

function Seen({ install, again }: { install: Install; again: () => void }) {
  const met = new Map(install.seen.map((one) => [one.origin, one]));
  const all = [...new Set([...install.origins, ...met.keys()])];
  return (
    <div class="set-card">
      <div class="install-bar"><h3>{t("install.seen")}</h3><button type="button" class="btn line" data-testid="install-check" onClick={again}>{t("install.check")}</button></div>
      {install.origins.length === 0 && <p class="faint">{t("install.origins.none")}</p>}
      {install.seen.length === 0 && <p class="faint" data-testid="install-none">{t("install.seen.none")}</p>}
      {all.length > 0 && (
        <ul class="set-list" aria-label={t("install.origins")}>
          {all.map((origin) => {
            const one = met.get(origin);
            return (
              <li key={origin} data-testid="install-origin" data-state={one ? (one.allowed ? "ok" : "no") : "waiting"}>
                <code dir="ltr">{origin}</code>
                <span class="row-gap" />
                {one && <small class="num">{dateTime(one.at, desk.locale.value)}</small>}
                <Chip tone={one ? (one.allowed ? "good" : "bad") : "neutral"}>{t(one ? (one.allowed ? "install.seen.ok" : "install.seen.no") : "install.seen.waiting")}</Chip>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
