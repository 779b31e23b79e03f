/** What calls for attention outside of the panel, fetched when it is wanted: the page's title, a sound, an invitation. */
import { effect } from "@preact/signals";
import type { Message } from "../../core/frames.js";
import type { Boot, Invitation } from "../../embed/types.js";
import type { App } from "../app.js";

const COUNTED = /^\(\d+\+?\) /;
const HOUR_MS = 3_600_000;
const EVERY_HOURS = 24;

/** Begin, for as long as the chat stands; the function that ends it. */
export function attend(app: App): () => void {
  const ends = [countInTitle(app), app.options.sound === false ? () => {} : sound(app), invite(app, app.options.invite)];
  return () => ends.forEach((end) => end());
}

/** `(2) ` before the page's title while something is unread and the page is not looked at. */
function countInTitle(app: App): () => void {
  const draw = () => {
    const plain = document.title.replace(COUNTED, "");
    const unread = document.hidden ? app.unread.value : 0;
    const title = unread ? `(${unread > 99 ? "99+" : unread}) ${plain}` : plain;
    if (title !== document.title) document.title = title;
  };
  const stop = effect(() => (app.unread.value, draw()));
  document.addEventListener("visibilitychange", draw);
  return () => {
    stop();
    document.removeEventListener("visibilitychange", draw);
    document.title = document.title.replace(COUNTED, "");
  };
}

/** Two soft notes when more is unread than was; a browser lets no page be heard before its visitor has touched it. */
function sound(app: App): () => void {
  let audio: AudioContext | undefined;
  let before = 0; // this file is fetched when the first comes, which is to be heard too
  const stop = effect(() => {
    const now = app.unread.value;
    const away = document.hidden || !app.open.peek();
    if (now > before && away && navigator.userActivation?.hasBeenActive) chime((audio ??= new AudioContext()));
    before = now;
  });
  return () => {
    stop();
    void audio?.close().catch(() => {});
  };
}

function chime(audio: AudioContext): void {
  const start = audio.currentTime;
  for (const [at, pitch] of [[0, 660], [0.12, 880]] as const) {
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start + at);
    volume.gain.linearRampToValueAtTime(0.08, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + at + 0.3);
    note.connect(volume).connect(audio.destination);
    note.start(start + at);
    note.stop(start + at + 0.32);
  }
}

/** The first rule whose page was looked at for long enough, once in `every` hours, for whoever has no chat yet. */
function invite(app: App, asked: Boot["invite"]): () => void {
  const key = `anxin:${app.options.shop}:invited`;
  const every = (asked?.every ?? EVERY_HOURS) * HOUR_MS;
  if (!asked?.rules.length || Date.now() - kept(key) < every) return () => {};
  let looked = 0;
  let path = location.pathname;
  const clock = setInterval(() => {
    if (document.hidden) return;
    if (location.pathname !== path) [path, looked] = [location.pathname, 0];
    looked += 1;
    const rule = asked.rules.find((one) => fits(one, path) && looked >= one.after);
    const engaged = app.open.value || app.teaser.value || app.client.store.list().length > 0;
    if (engaged) clearInterval(clock);
    else if (rule) {
      clearInterval(clock);
      keep(key, Date.now());
      app.teaser.value = words(rule.text, app.info.value?.name[app.locale.value] ?? location.hostname);
    }
  }, 1000);
  return () => clearInterval(clock);
}

/** Whether a page is meant: `*` stands for anything, and everything else for itself. */
export function fits(rule: Invitation, path: string): boolean {
  if (!rule.path) return true;
  const pattern = rule.path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`).test(path);
}

/** When somebody was last invited, in milliseconds since 1970; a browser that keeps nothing knows of no time. */
function kept(key: string): number {
  try {
    return Number(localStorage.getItem(key) ?? 0);
  } catch {
    return 0;
  }
}

function keep(key: string, at: number): void {
  try {
    localStorage.setItem(key, String(at));
  } catch {
    // Then the page is the whole of what is remembered.
  }
}

/** The shop's own words in the shape of a message; nobody said them, and nothing keeps them. */
function words(text: string, name: string): Message {
  return {
    id: "", seq: 0, at: "", author: { kind: "agent", name }, generated_by: "human", text, parts: [], citations: [], lang: "", rev: 0,
  };
}
