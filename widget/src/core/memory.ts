import type { Clock } from "./clock.js";
import { Drawer } from "./drawer.js";
import type { Outbox } from "./outbox.js";
import { emptySlot, type Slot } from "./slot.js";
import type { Storage } from "./storage.js";
import type { Store } from "./store.js";

/** What one identity keeps in this browser: where it stood, what it said and has not yet sent, half a sentence. */
export class Memory {
  visitor: string | null = null;
  drafts: Record<string, string> = {};
  feedback: Record<string, string> = {};
  readonly drawer: Drawer;

  constructor(
    storage: Storage,
    private readonly clock: Clock,
    private readonly store: Store,
    private readonly outbox: Outbox,
  ) {
    this.drawer = new Drawer(storage, clock, () => this.slot());
  }

  /** Another identity: what the one before it left in the store goes, and its own comes. */
  open(key: string): void {
    const slot = this.drawer.open(key);
    this.store.clear();
    this.store.load(slot);
    this.outbox.load(slot.outbox, this.clock.now());
    this.visitor = slot.visitor;
    this.drafts = slot.drafts;
    this.feedback = slot.feedback;
  }

  keepDraft(thread: string, text: string): void {
    const { [thread]: _old, ...rest } = this.drafts;
    this.drafts = text ? { ...rest, [thread]: text } : rest;
    this.drawer.save();
  }

  private slot(): Slot {
    const { me, epoch, cursor, handoffs, tickets } = this.store;
    const { visitor, drafts, feedback } = this;
    const stands = { me, epoch, cursor, conversations: this.store.list(), handoffs, tickets };
    return { ...emptySlot(), ...stands, visitor, outbox: this.outbox.items, drafts, feedback };
  }
}
