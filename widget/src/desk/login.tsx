import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { DeskProblem } from "./api.js";
import { desk } from "./app.js";
import { sessionBegan } from "./focus.js";

interface DemoLogin {
  name: string;
  password: string;
  display_name: string;
  role: "agent" | "senior" | "admin";
}
const IN_DEMO = new URLSearchParams(location.search).has("demo");

/** The way in, and the way back in: after an expired session it lies over the desk, which keeps every draft. */
export function LoginPage() {
  const again = desk.expired.value;
  const [name, setName] = useState(desk.me.value?.name ?? "");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy && name.trim() && password) void enter(name.trim(), password);
  };
  const enter = async (who: string, secret: string) => {
    setBusy(true);
    setError(null);
    try {
      desk.begin(await desk.api.login(who, secret));
      sessionBegan();
    } catch (problem) {
      setError(said(problem));
      setPassword("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class={again ? "login over" : "login"} data-testid="login" aria-labelledby="login-title">
      <form class="login-card" onSubmit={submit} aria-labelledby="login-title">
        <span class="login-mark" aria-hidden="true"><Icon name="headset" size={24} /></span>
        <h1 id="login-title">{desk.t(again ? "login.again" : "login.title")}</h1>
        <p class="faint">{desk.t(again ? "login.again.sub" : "login.sub")}</p>
        <label class="login-field">
          <span>{desk.t("login.name")}</span>
          <input ref={again ? undefined : first} name="username" autoComplete="username" autoCapitalize="off" spellcheck={false} value={name} onInput={(e) => setName(e.currentTarget.value)} data-testid="login-name" />
        </label>
        <label class="login-field">
          <span>{desk.t("login.password")}</span>
          <input ref={again ? first : undefined} type="password" name="password" autoComplete="current-password" value={password} onInput={(e) => setPassword(e.currentTarget.value)} data-testid="login-password" aria-invalid={error !== null} aria-describedby="login-error" />
        </label>
        <p class="login-error" id="login-error" role="alert" data-testid="login-error">
          {error && <><Icon name="alert" size={16} />{error}</>}
        </p>
        <button class="btn primary wide" type="submit" disabled={busy} data-testid="login-submit">{desk.t(busy ? "login.busy" : "login.go")}</button>
      </form>
      {!again && <DemoLogins busy={busy} enter={enter} />}
      <p class="login-foot">
        <button type="button" class="link" data-testid="locale" onClick={() => desk.setLocale(desk.locale.value === "en" ? "zh-CN" : "en")}>
          {desk.locale.value === "en" ? "中文" : "English"}
        </button>
        <button type="button" class="link" data-testid="theme" onClick={() => desk.setScheme(desk.scheme.value === "dark" ? "light" : "dark")}>
          {desk.t(desk.scheme.value === "dark" ? "theme.light" : "theme.dark")}
        </button>
      </p>
    </main>
  );
}

/** Beside the demo's store: its invented people, one press each, so that a visitor may be the colleague too. */
function DemoLogins({ busy, enter }: { busy: boolean; enter: (name: string, password: string) => Promise<void> }) {
  const [logins, setLogins] = useState<DemoLogin[]>([]);
  useEffect(() => {
    if (IN_DEMO) desk.api.request<{ agents: DemoLogin[] }>("GET", "demo").then((demo) => setLogins(demo.agents), () => {});
  }, []);
  if (logins.length === 0) return null;
  return (
    <div class="login-demo" role="group" aria-label={desk.t("login.demo")}>
      <span class="faint">{desk.t("login.demo")}</span>
      {logins.map((one) => (
        <button type="button" class="btn line" key={one.name} disabled={busy} data-testid={`login-as-${one.name}`} onClick={() => void enter(one.name, one.password)}>
          {one.display_name} <small class="faint">{desk.t(`role.${one.role}`)}</small>
        </button>
      ))}
    </div>
  );
}

function said(problem: unknown): string {
  if (!(problem instanceof DeskProblem)) return desk.t("login.failed");
  if (problem.status === 429) return desk.t("login.throttled", { n: Math.ceil((problem.retryAfter ?? 60) / 60) });
  return desk.t(problem.status === 401 ? "login.wrong" : "login.failed");
}
