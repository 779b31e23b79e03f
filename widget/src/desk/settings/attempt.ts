import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import { type SettingsWord, t } from "./words.js";

/** Do it and say so; else why not, by what the server calls it. */
export async function attempt(work: () => Promise<unknown>, done: SettingsWord, refused: Partial<Record<string, SettingsWord>>): Promise<void> {
  try {
    await work();
    desk.toast(t(done), "good");
  } catch (problem) {
    desk.toast(t((problem instanceof DeskProblem && refused[problem.code]) || "save.failed"), "bad");
  }
}
