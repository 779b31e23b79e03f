/** What the settings read, as the server writes it. */
export interface Install {
  shop: string;
  languages: string[];
  accent: string;
  origins: string[];
  token: { algorithm: string; audience: string; longest_s: number };
  seen: { origin: string; at: string; allowed: boolean }[];
}
