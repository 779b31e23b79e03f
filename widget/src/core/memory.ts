import type { Clock } from "./clock.js";
import { Drawer } from "./drawer.js";
import { json } from "./json.js";
import type { Outbox, Outgoing } from "./outbox.js";
import { emptySlot, outName, readOutbox, type Slot } from "./slot.js";
import type { Storage } from "./storage.js";
import type { Store } from "./store.js";

/** What one identity keeps in this browser: where it stood, what it said and has not yet sent, half a sentence. */
export class Memory {
  visitor: string | null = null;
  drafts: Record<string, string> = {};
  feedback: Record<string, string> = {};
  readonly drawer: Drawer;
  /** The outbox as it lies in storage. */
  private kept: readonly Outgoing[] = [];

  constructor(
    private readonly storage: Storage,
    private readonly clock: Clock,
    private readonly store: Store,
    private readonly outbox: Outbox,
    writes: () => boolean,
  ) {
    this.drawer = new Drawer(storage, clock, () => this.slot(), writes);
  }

  /** Another identity: what the one before it left in the store goes, and its own comes. */
  open(key: string): void {
    const slot = this.drawer.open(key);
    this.store.clear();
    this.store.load(slot);
    this.outbox.load((this.kept = readOutbox(this.storage, key)), this.clock.now());
    this.visitor = slot.visitor;
    this.drafts = slot.drafts;
    this.feedback = slot.feedback;
  }

  save(): void {
    this.drawer.save();
    this.keepOutbox();
  }

  /** What other tabs left unsent. */
  adopt(): void {
    if (this.drawer.key) for (const item of readOutbox(this.storage, this.drawer.key)) this.outbox.add(item);
    this.save();
  }

  /** The same things under another name: a visitor became a buyer. */
  rename(key: string): void {
    const old = this.drawer.key;
    if (old) for (const item of this.kept) this.storage.remove(outName(old, item.id));
    this.kept = [];
    this.drawer.rename(key);
    this.save();
  }

  /** Nothing is kept any more. */
  shut(): void {
    this.drawer.shut();
    this.kept = [];
  }

  /** Written at once, not behind: a tab may be closed in the breath after a message. */
  private keepOutbox(): void {
    const { kept, storage } = this;
    const { items } = this.outbox;
    const key = this.drawer.key;
    if (!key || items === kept) return;
    const ids = new Set(items.map((item) => item.id));
    for (const { id } of kept) if (!ids.has(id)) storage.remove(outName(key, id));
    for (const item of items) if (!kept.includes(item)) storage.set(outName(key, item.id), json(item));
    this.kept = items;
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
    return { ...emptySlot(), ...stands, visitor, drafts, feedback };
  }
}
