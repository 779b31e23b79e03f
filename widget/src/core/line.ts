import type { Deed } from "./deeds.js";
import type { Frame } from "./frames.js";
import { type Phase, Socket, type SocketEnv, type SocketHooks } from "./socket.js";
import type { Channel, Tabs } from "./tabs.js";
import type { HelloCommand } from "./wire.js";

type Said =
  | { t: "frame"; frame: Frame; since: number | null; to?: string }
  | { t: "phase"; phase: Phase; code: number }
  | { t: "join"; from: string }
  | { t: "send"; frame: Omit<Frame, "v"> }
  | { t: "kick" }
  | { t: "deed"; deed: Deed };

export interface LineEnv extends SocketEnv {
  tabs: Tabs | null;
  /** This tab's name among the others. */
  self: string;
}

export interface LineHooks extends SocketHooks {
  cursor(): number | null;
  /** What this tab knows, as the frames that would tell a fresh page; none while it is not sure. */
  retell(): Frame[];
  /** This tab has the socket from now on. */
  leading(): void;
  deed(deed: Deed): void;
}

/** A tab that leads and does not answer for so long is frozen, whatever its lock says. */
const PATIENCE_MS = 10_000;

/**
 * One connection for all tabs of one identity. The tab that holds the lock has the socket and passes on every frame, so
 * that each tab comes to the same state by itself; what the others send goes through it. Where tabs cannot agree each
 * leads for itself.
 */
export class Line {
  phase: Phase = "idle";
  leads = false;
  private readonly socket: Socket;
  private name: string | null = null;
  private channel: Channel | null = null;
  private letGo = () => {};
  private stopPatience: (() => void) | null = null;
  /** From where the leader's connection resumed: who stood further back has missed something. */
  private since: number | null = null;
  /** Events mean nothing yet: there are others before them. */
  private behind = false;

  constructor(
    private readonly env: LineEnv,
    private readonly hooks: LineHooks,
  ) {
    this.socket = new Socket(env, {
      hello: () => this.hello(),
      frame: (frame) => this.pass(frame),
      phase: (phase, code) => this.leads && this.enter(phase, code),
    });
  }

  /** Whether another tab has the socket, or may have. */
  get follows(): boolean {
    return this.name !== null && !this.leads;
  }

  /** Be connected, under a name that all tabs of one identity share. */
  start(name: string): void {
    if (this.name === null) this.join(name);
    else if (this.leads) this.socket.start();
  }

  /** Who this is has changed: from now on it shares with others. False where there is nobody to share with. */
  move(name: string): boolean {
    if (!this.env.tabs || this.name === null) return false;
    if (this.name !== name) this.join(name);
    return true;
  }

  stop(): void {
    this.part();
    this.socket.stop();
    this.leads = false;
    this.enter("idle", 0);
  }

  /** Leave the other tabs, with a connection of one's own. */
  alone(): void {
    if (this.name === null) return;
    this.part();
    this.name = "";
    this.win();
  }

  kick(): void {
    if (this.leads) this.socket.kick();
    else this.ask({ t: "kick" });
  }

  offline(): void {
    if (this.leads) this.socket.offline();
  }

  /** Connect anew: as somebody else, or without what was known. */
  renew(): void {
    if (this.leads) this.socket.renew();
    else this.catchUp();
  }

  send(frame: Omit<Frame, "v">): boolean {
    if (this.leads) return this.socket.send(frame);
    // What was said stands in the leader's outbox as well as in ours, and goes from there.
    if (frame.t !== "say") this.ask({ t: "send", frame });
    return this.phase === "open";
  }

  get congested(): boolean {
    return this.leads && this.socket.congested;
  }

  /** Tell the other tabs what was done here. */
  share(deed: Deed): void {
    if (this.leads) this.post({ t: "deed", deed });
    else this.ask({ t: "deed", deed });
  }

  /** Tell whoever shares a name, also from a tab that never connected. */
  call(name: string, deed: Deed): void {
    const channel = this.channel ?? this.env.tabs?.channel(name, () => {});
    channel?.post({ t: "deed", deed } satisfies Said);
    if (channel !== this.channel) channel?.close();
  }

  private join(name: string): void {
    const { tabs } = this.env;
    this.part();
    this.socket.stop();
    this.name = name;
    this.leads = false;
    if (!tabs) return this.win();
    try {
      this.channel = tabs.channel(name, (said) => this.hear(said as Said));
    } catch {
      return this.win();
    }
    this.follow();
  }

  private follow(): void {
    this.run(false);
    if (this.leads) return;
    this.enter("connecting", 0);
    this.catchUp();
  }

  private run(force: boolean): void {
    this.letGo = this.env.tabs!.lead(this.name!, force, () => this.win(), (denied) => this.lose(denied));
  }

  private win(): void {
    this.leads = true;
    this.behind = false;
    this.calm();
    this.hooks.leading();
    this.socket.start();
  }

  private lose(denied: boolean): void {
    if (denied) {
      this.channel?.close();
      this.channel = null;
      return this.win();
    }
    this.leads = false;
    this.socket.stop();
    this.follow();
  }

  private part(): void {
    this.calm();
    this.letGo();
    this.letGo = () => {};
    this.channel?.close();
    this.channel = null;
    this.name = null;
  }

  private catchUp(): void {
    this.behind = true;
    this.ask({ t: "join", from: this.env.self });
  }

  private async hello(): Promise<HelloCommand> {
    const body = await this.hooks.hello();
    this.since = body.cursor ?? null;
    return body;
  }

  private pass(frame: Frame): void {
    this.post({ t: "frame", frame, since: this.since });
    this.hooks.frame(frame);
  }

  private enter(phase: Phase, code: number): void {
    if (this.leads) this.post({ t: "phase", phase, code });
    if (phase === this.phase && code === 0) return;
    this.phase = phase;
    this.hooks.phase(phase, code);
  }

  private hear(said: Said): void {
    if (said.t === "deed") this.hooks.deed(said.deed);
    if (this.leads) return this.serve(said);
    if (said.t === "phase") {
      this.calm();
      this.enter(said.phase, said.code);
    }
    if (said.t === "frame" && (said.to ?? this.env.self) === this.env.self) this.take(said.frame, said.since);
  }

  private serve(said: Said): void {
    if (said.t === "kick") this.socket.kick();
    if (said.t === "send") this.socket.send(said.frame);
    if (said.t === "frame" || said.t === "phase") return;
    this.post({ t: "phase", phase: this.phase, code: 0 });
    if (said.t !== "join" || this.phase !== "open") return;
    for (const frame of this.hooks.retell()) this.post({ t: "frame", frame, since: null, to: said.from });
  }

  private take(frame: Frame, since: number | null): void {
    this.calm();
    if (frame.t === "welcome") this.behind = frame.d["resume"] === "ok" && (this.hooks.cursor() ?? -1) < (since ?? -1);
    if (this.behind && (frame.t === "welcome" || frame.t === "synced")) this.catchUp();
    if (!this.behind || frame.re || frame.t === "welcome") this.hooks.frame(frame);
  }

  private post(said: Said): void {
    this.channel?.post(said);
  }

  /** Say it to the leader, who has to give a sign of life. */
  private ask(said: Said): void {
    if (!this.channel) return;
    this.post(said);
    this.stopPatience ??= this.env.clock.after(PATIENCE_MS, () => {
      this.stopPatience = null;
      this.letGo();
      this.run(true);
    });
  }

  private calm(): void {
    this.stopPatience?.();
    this.stopPatience = null;
  }
}
