import type { Clock } from "./clock.js";
import { readSlot, type Slot, slotKey, writeSlot } from "./slot.js";
import type { Storage } from "./storage.js";

const SAVE_MS = 200;

/** Where one identity's things lie in this browser: read once, written behind, shut when its owner leaves. */
export class Drawer {
  key: string | null = null;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly storage: Storage,
    private readonly clock: Clock,
    private readonly contents: () => Slot,
    /** Of several tabs that show the same, one writes. */
    private readonly writes: () => boolean,
  ) {}

  is(key: string): boolean {
    return this.key === key;
  }

  open(key: string): Slot {
    this.flush();
    this.key = key;
    return readSlot(this.storage, key);
  }

  /** The same things under another name: a visitor became a buyer. */
  rename(key: string): void {
    if (this.key) this.storage.remove(this.key);
    this.key = key;
  }

  isVisitors(shop: string): boolean {
    return this.key === slotKey(shop, null);
  }

  save(): void {
    if (this.key) this.cancel ??= this.clock.after(SAVE_MS, () => this.flush());
  }

  flush(): void {
    if (!this.cancel) return;
    this.cancel();
    this.cancel = null;
    if (this.key && this.writes()) writeSlot(this.storage, this.key, this.contents());
  }

  /** Nothing is written any more. */
  shut(): void {
    this.cancel?.();
    this.cancel = null;
    this.key = null;
  }
}
