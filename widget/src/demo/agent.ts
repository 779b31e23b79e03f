import { signal } from "@preact/signals";

export interface Login {
  name: string;
  password: string;
}

export interface AgentSession {
  token: string;
  expires_at: string;
  agent: { id: string; name: string; display_name: string; role: string };
}

/** Where the desk keeps its session and its look (desk/prefs.ts); nothing of it stands in an address. */
const KEY = "anxin:desk:session";
/** A session that ends this soon is not worth beginning with. */
const SPARE_MS = 5 * 60_000;

export const session = signal<AgentSession | null>(null);
export const refused = signal(false);

function kept(): AgentSession | null {
  try {
    const before = JSON.parse(localStorage.getItem(KEY) ?? "null") as AgentSession | null;
    return before && Date.parse(before.expires_at) - Date.now() > SPARE_MS ? before : null;
  } catch {
    return null;
  }
}

function keep(made: AgentSession): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(made));
  } catch {
    // The desk then asks for the name and password itself.
  }
}

/** The desk in our frame looks like the page around it. */
export function dress(locale: string, scheme: string): void {
  try {
    localStorage.setItem("anxin:desk:locale", locale);
    localStorage.setItem("anxin:desk:scheme", scheme);
  } catch {
    // It then looks as the browser asks.
  }
}

/** The server may have forgotten a session that this tab still holds: it is asked before it is used. */
async function stillHolds(token: string): Promise<boolean> {
  const answer = await fetch("/api/v1/agent/session", { headers: { Authorization: `Bearer ${token}` } });
  return answer.ok;
}

/** Log the demo's agent in, for the desk beside the store. */
export async function logIn(login: Login): Promise<void> {
  refused.value = false;
  try {
    const before = kept();
    if (before && (await stillHolds(before.token))) {
      session.value = before;
      return;
    }
    const answer = await fetch("/api/v1/agent/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(login),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const made = (await answer.json()) as AgentSession;
    keep(made);
    session.value = made;
  } catch {
    refused.value = true;
  }
}

/** The header by which the demo's agent is known, who is logged in where nobody is. */
export async function bearer(login: Login | null): Promise<Record<string, string>> {
  if (!session.value && login) await logIn(login);
  return { Authorization: `Bearer ${session.value?.token ?? ""}` };
}
