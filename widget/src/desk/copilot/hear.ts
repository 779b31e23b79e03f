import { DeskProblem } from "../api.js";
import { desk } from "../app.js";

interface Told {
  name: string;
  data: Record<string, unknown>;
}

/**
 * A text as it comes: `piece` hears each sentence that was checked, and the whole is what the server has kept. Throws
 * DeskProblem where it comes to nothing, and what the browser throws where the line breaks or `signal` says stop.
 */
export async function hear<T>(path: string, body: unknown, piece: (text: string) => void, signal: AbortSignal): Promise<T> {
  const answer = await desk.api.stream(path, body, signal);
  for await (const { name, data } of events(answer)) {
    if (name === "piece") piece(String(data["text"]));
    if (name === "done") return data as T;
    if (name === "problem") throw new DeskProblem(Number(data["status"]), null, String(data["detail"] ?? ""), String(data["code"] ?? ""), data);
  }
  throw new Error("broken off");
}

async function* events(answer: Response): AsyncGenerator<Told> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    held += value ?? "";
    const whole = held.split("\n\n");
    held = whole.pop() ?? "";
    for (const one of whole) yield read(one);
    if (done) return;
  }
}

function read(block: string): Told {
  const lines = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  return { name: lines["event"] ?? "", data: JSON.parse(lines["data"] ?? "{}") as Record<string, unknown> };
}
