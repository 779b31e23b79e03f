import { day } from "../../core/format.js";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import { type PrivacyWord, t } from "./words.js";

export const onDay = (at: string) => day(at, desk.locale.value);

const SAID: Record<string, PrivacyWord> = { held: "held", ended: "ago", until: "hold.past" };

/** Do it and say so; what kept it from being done is said in words. */
export async function attempt<T>(work: () => Promise<T>, done: PrivacyWord, args: (made: T) => Record<string, unknown> = () => ({})): Promise<boolean> {
  try {
    desk.toast(t(done, args(await work())), "good");
    return true;
  } catch (problem) {
    const found = problem instanceof DeskProblem ? problem : null;
    desk.toast(t(found?.status === 404 ? "nobody" : (SAID[found?.code ?? ""] ?? "failed"), { why: found?.message ?? "" }), "bad");
    return false;
  }
}
