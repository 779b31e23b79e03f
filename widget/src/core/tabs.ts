/** What a browser gives its tabs to agree with each other. */
export interface Tabs {
  /**
   * Ask to be the one tab that holds `name`. `won` runs when nobody else does, or at once if it is taken by force;
   * `lost` when another took it by force, with true if it cannot be had at all. Returns the way to let go.
   */
  lead(name: string, force: boolean, won: () => void, lost: (denied: boolean) => void): () => void;
  /** Speak to the other tabs on `name`, in order, to each what is said while it listens. */
  channel(name: string, hear: (said: unknown) => void): Channel;
}

export interface Channel {
  post(said: unknown): void;
  close(): void;
}

/** Web Locks and BroadcastChannel; null in a browser or on a page that lacks one of them. */
export function openTabs(): Tabs | null {
  const { locks } = navigator;
  if (!locks || typeof BroadcastChannel === "undefined") return null;
  return {
    lead(name, force, won, lost) {
      const quit = new AbortController();
      let free = () => {};
      let had = false;
      const hold = () => {
        if (quit.signal.aborted) return;
        had = true;
        won();
        return new Promise<void>((done) => (free = done));
      };
      // Asking by force cannot be taken back, and need not: it is granted at once.
      const how = force ? { steal: true } : { signal: quit.signal };
      locks.request(name, how, hold).catch(() => quit.signal.aborted || lost(!had));
      return () => {
        quit.abort();
        free();
      };
    },
    channel(name, hear) {
      const channel = new BroadcastChannel(name);
      channel.onmessage = (event) => hear(event.data);
      return { post: (said) => channel.postMessage(said), close: () => channel.close() };
    },
  };
}
