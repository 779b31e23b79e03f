import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";

const arrived = new Map<string, ComponentType>();

/** A page in a file of its own: those who answer all day never fetch it. */
export function LatePage({ name }: { name: string }) {
  const [, drawn] = useState(0);
  const [failed, setFailed] = useState(false);
  const [tried, setTried] = useState(0);
  const Page = arrived.get(name);
  useEffect(() => {
    if (arrived.has(name)) return;
    let here = true;
    setFailed(false);
    (import(`${location.origin}/widget/desk/${name}.js`) as Promise<{ Page: ComponentType }>).then(
      (found) => (arrived.set(name, found.Page), here && drawn((n) => n + 1)),
      () => here && setFailed(true),
    );
    return () => void (here = false);
  }, [name, tried]);
  if (Page) return <Page />;
  return (
    <main class="reports">
      {failed ? <Empty icon="alert" title={desk.t("late.failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty> : <Skeleton lines={9} />}
    </main>
  );
}
