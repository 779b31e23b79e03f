import { useEffect, useRef } from "preact/hooks";
import { inShort } from "../core/file_names.js";
import { Avatar, IconButton } from "../ui/kit.js";
import { Icon } from "../ui/icons.js";
import type { App } from "./app.js";
import { Panel } from "./panel.js";

export function Root({ app }: { app: App }) {
  const launcher = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  const open = app.open.value;
  useEffect(() => {
    if (was.current && !open) launcher.current?.focus();
    was.current = open;
  }, [open]);
  const floating = app.options.mode !== "inline";
  return (
    <>
      {(open || !floating) && <Panel app={app} />}
      {floating && !open && <Teaser app={app} />}
      {floating && <Launcher app={app} button={launcher} />}
      <Announcer app={app} />
    </>
  );
}

/** The one live region of messages: each is said once, when it is whole, wherever one is on the page. */
function Announcer({ app }: { app: App }) {
  const said = app.announcement.value;
  const times = useRef(0);
  const last = useRef(said);
  if (last.current !== said) times.current += 1;
  last.current = said;
  return <div class="sr" role="status" data-testid="announcer"><p key={times.current}>{said.text}</p></div>;
}

function Launcher({ app, button }: { app: App; button: { current: HTMLButtonElement | null } }) {
  const open = app.open.value;
  const unread = open ? 0 : app.unread.value;
  const badge = unread > 99 ? "99+" : unread;
  const label = open ? app.t("launcher.close") : unread ? app.t("launcher.unread", { n: badge }) : app.t("launcher.open");
  return (
    <button
      ref={button}
      class="launcher"
      type="button"
      data-testid="launcher"
      data-open={open}
      aria-label={label}
      aria-expanded={open}
      aria-haspopup="dialog"
      onClick={() => (open ? app.hide() : app.show())}
    >
      <Icon name={open ? "down" : "chat"} size={28} />
      {unread > 0 && <span class="badge" data-testid="badge">{badge}</span>}
    </button>
  );
}

/** The first words that arrive while the panel is closed. */
function Teaser({ app }: { app: App }) {
  const message = app.teaser.value;
  if (!message) return null;
  const name = message.author.name || app.t("who.assistant");
  return (
    <div class="teaser" data-testid="teaser">
      <button type="button" class="teaser-body" onClick={() => app.show()}>
        <Avatar kind={message.author.kind} name={message.author.name} />
        <span class="teaser-text">
          <b>{name}</b>
          <span dir="auto">{inShort(message)}</span>
        </span>
      </button>
      <IconButton icon="close" label={app.t("close")} size={16} onClick={() => (app.teaser.value = null)} />
    </div>
  );
}
