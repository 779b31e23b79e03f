import { useEffect, useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";
import type { FileVersion, OpenFile, VersionText } from "./model.js";
import { t } from "./words.js";

/** What the file was: each version with what it changed, to be brought back into the editor. */
export function FileVersions({ file, bring }: { file: OpenFile; bring: (old: VersionText) => void }) {
  // The oldest of a file that was begun at the desk is that there was none.
  const versions = file.versions.at(-1)?.gone ? file.versions.slice(0, -1) : file.versions;
  if (versions.length === 0) return null;
  return (
    <div class="set-card">
      <h3>{t("versions")}</h3>
      <ol class="set-list">{versions.map((one, at) => <Version key={one.n} one={one} now={at === 0} path={file.path} bring={bring} />)}</ol>
    </div>
  );
}

function Version({ one, now, path, bring }: { one: FileVersion; now: boolean; path: string; bring: (old: VersionText) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState<VersionText | null>(null);
  const read = () => desk.api.request<VersionText>("GET", `desk/files/versions/${one.n}?path=${encodeURIComponent(path)}`);
  useEffect(() => {
    if (open && !text) read().then(setText, () => setOpen(false));
  }, [open]);
  const back = async () => bring(text ?? (await read()));
  const who = one.by || t(one.via === "import" ? "versions.folder" : "versions.nobody");
  return (
    <li data-testid="file-version" data-n={one.n}>
      <details class="published" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{dateTime(one.at, desk.locale.value)} · {who}{one.note && ` · ${one.note}`}{one.gone && ` · ${t("versions.gone")}`}</summary>
        {open && (text ? <Lines lines={text.lines} /> : <Skeleton lines={3} />)}
      </details>
      <span class="row-gap" />
      {now ? <small>{t("versions.now")}</small> : !one.gone && <button type="button" class="btn line" data-testid="version-back" onClick={() => void back()}>{t("versions.back")}</button>}
    </li>
  );
}

const SIGNS = { "+": "diff.new", "-": "diff.gone" } as const;

export function Lines({ lines }: { lines: VersionText["lines"] }) {
  if (lines.length === 0) return <p class="faint">{t("diff.same")}</p>;
  return (
    <ul class="diff text-diff" data-testid="file-diff">
      {lines.map(({ sign, text }, at) => (
        <li key={at} data-sign={sign || undefined} dir="auto">
          {sign === "+" || sign === "-" ? <b class="diff-sign" role="img" aria-label={t(SIGNS[sign])}>{sign}</b> : <span class="diff-sign" aria-hidden="true">{sign}</span>}
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
