import { signal } from "@preact/signals";
import { bearer } from "./agent.js";
import * as shop from "./shop.js";

/** The server that this page hangs on: up, ended by the visitor, or back again. */
export const power = signal<"on" | "off" | "back" | "failed">("on");

const LOOK_MS = 400;
/** Once told to end, it has this many looks to be gone; a machine may be slow. */
const LOOKS_TO_END = 50;

/** End the server without a goodbye. It begins anew by itself, and the pages find it again. */
export async function stopServer(): Promise<void> {
  power.value = "off";
  try {
    const answer = await fetch("/api/v1/demo/stop", { method: "POST", headers: await bearer(shop.data.peek()?.agent ?? null) });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    power.value = "failed";
    return;
  }
  for (let looks = 0; looks < LOOKS_TO_END && (await isUp()); looks++) await pause();
  while (!(await isUp())) await pause();
  power.value = "back";
}

function isUp(): Promise<boolean> {
  return fetch("/readyz").then((answer) => answer.ok, () => false);
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, LOOK_MS));
}
