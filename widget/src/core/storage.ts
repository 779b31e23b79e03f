/** A place to keep text by key. */
export interface Storage {
  readonly denied: boolean;
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

class Memory implements Storage {
  private readonly map = new Map<string, string>();
  constructor(readonly denied: boolean) {}
  get(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  set(key: string, value: string): void {
    this.map.set(key, value);
  }
  remove(key: string): void {
    this.map.delete(key);
  }
  keys(): string[] {
    return [...this.map.keys()];
  }
}

export function memoryStorage(denied = false): Storage {
  return new Memory(denied);
}

class Local implements Storage {
  readonly denied = false;
  /** What a full disk refused is kept for this page at least. */
  private readonly spill = memoryStorage();

  constructor(private readonly area: globalThis.Storage) {}

  get(key: string): string | null {
    return this.spill.get(key) ?? this.area.getItem(key);
  }
  set(key: string, value: string): void {
    try {
      this.area.setItem(key, value);
      this.spill.remove(key);
    } catch {
      this.spill.set(key, value);
    }
  }
  remove(key: string): void {
    this.spill.remove(key);
    this.area.removeItem(key);
  }
  keys(): string[] {
    return Object.keys(this.area);
  }
}

/** localStorage where the browser lets us (private modes and blocked cookies throw on touch), else memory. */
export function openStorage(): Storage {
  try {
    const area = globalThis.localStorage;
    const probe = "anxin:probe";
    area.setItem(probe, "1");
    area.removeItem(probe);
    return new Local(area);
  } catch {
    return memoryStorage(true);
  }
}
