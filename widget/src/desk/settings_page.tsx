import { useEffect, useState } from "preact/hooks";
import { Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";

type Settings = typeof import("./settings/index.js");
let arrived: Settings | null = null;

/** The settings are a file of their own: those who answer all day never fetch it. */
export function SettingsLater() {
  const [settings, setSettings] = useState<Settings | "failed" | null>(arrived);
  const [tried, setTried] = useState(0);
  useEffect(() => {
    if (arrived) return;
    setSettings(null);
    (import(`${location.origin}/widget/desk/settings.js`) as Promise<Settings>).then((found) => setSettings((arrived = found)), () => setSettings("failed"));
  }, [tried]);
  if (settings === null) return <main class="reports"><Skeleton lines={9} /></main>;
  if (settings === "failed") return <main class="reports"><Empty icon="alert" title={desk.t("settings.failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty></main>;
  return <settings.SettingsPage />;
}
