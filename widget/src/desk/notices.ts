/** Notices of the browser, for an agent who looks elsewhere. Asked for after the first claim, when it is plain what for. */

const LONGEST = 120;

function api(): typeof Notification | null {
  return typeof Notification === "undefined" ? null : Notification;
}

/** Ask once; a browser that refuses, or asks later, changes nothing else. */
export function askForNotices(): void {
  if (api()?.permission === "default") void api()?.requestPermission().catch(() => {});
}

/** Only while nobody looks at the page; of one conversation the latest alone. */
export function notice(title: string, body: string, conversation: string, open: () => void): void {
  if (!document.hidden || api()?.permission !== "granted") return;
  try {
    const shown = new Notification(title, { body: body.slice(0, LONGEST), tag: `anxin:${conversation}` });
    shown.onclick = () => {
      window.focus();
      open();
      shown.close();
    };
  } catch {
    // Some phones let a worker alone show them.
  }
}
