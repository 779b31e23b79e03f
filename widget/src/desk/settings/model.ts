/** What the settings read, as the server writes it. */
export interface Install {
  shop: string;
  languages: string[];
  accent: string;
  origins: string[];
  token: { algorithm: string; audience: string; longest_s: number };
  seen: { origin: string; at: string; allowed: boolean }[];
}

export type Kind = "articles" | "macros" | "settings";

export interface ShopFile {
  path: string;
  published: boolean;
  id?: string;
  title: string;
  lang: string | null;
  audience?: string;
  valid_from?: string | null;
  valid_to?: string | null;
  questions?: number;
  draft: { at: string; by: string } | null;
}

export interface Parts {
  fields?: Record<string, unknown>;
  body?: string;
  /** The line of the file on which the body begins, from 1. */
  body_line?: number;
  values?: ShopValues;
}

export interface TeamTable {
  members?: string[];
  lead?: string;
  reasons?: string[];
  languages?: string[];
  [more: string]: unknown;
}

/** What shop.toml itself says of what forms show; what it leaves out is not there. */
export interface ShopValues {
  timezone?: string;
  hours?: Record<string, string>;
  deadlines?: Record<string, unknown>;
  routing?: Record<string, unknown>;
  teams?: { name: string; team: TeamTable }[];
}

export interface InForce {
  timezone: string;
  always_open: boolean;
  /** The last year whose public holidays are known. */
  holidays_until: number;
  deadlines: Record<string, number>;
  by_priority: Record<string, Record<string, number>>;
  auto: boolean;
  languages: string[];
}

export interface ShopSettings extends OpenFile {
  values: ShopValues;
  in_force: InForce;
}

export interface OpenFile extends Parts {
  path: string;
  sha256: string | null;
  text: string | null;
  editable: boolean;
  draft: { at: string; by: string; text: string; base: string | null; stale: boolean } | null;
  versions: FileVersion[];
}

export interface FileVersion {
  n: number;
  at: string;
  by: string;
  via: "import" | "desk";
  note: string;
  sha256: string | null;
  gone: boolean;
}

export interface VersionText extends FileVersion, Parts {
  text: string;
  lines: { sign: "" | "+" | "-" | "…"; text: string }[];
}

export interface Finding {
  code: string;
  severity: "fault" | "warning" | "note";
  file: string;
  line: number;
  field: string | null;
  message: { en: string; zh: string };
  remedy: { en: string; zh: string };
}

export interface Looked extends Parts {
  text: string;
  findings: Finding[];
}

export interface Document {
  title: string;
  body: string;
}

export interface PolicyVersion {
  policy: string;
  effective: string;
  title: Record<string, string>;
  state: "now" | "future" | "past";
}

export interface PolicyFile {
  path: string;
  text: string;
}

export interface PolicyState {
  /** The number of the last publication. */
  rev: number;
  today: string;
  versions: PolicyVersion[];
  draft: { at: string; by: string; files: PolicyFile[] } | null;
}

export interface WordLine {
  depth: number;
  sign: "" | "+" | "-" | "~";
  text: string;
}

export interface Checked {
  faults: Finding[];
  warnings: Finding[];
  examples: number;
  words: WordLine[];
}

/** What recorded decisions come to under a draft; money is decimal text by currency. */
export interface Trial {
  decisions: number;
  flips: number;
  money: Record<string, string>;
  as_if: { policy: string; effective: string }[];
  groups: { before: string; after: string; reason: string | null; n: number; money: string; orders: string[] }[];
}

export interface Member {
  id: string;
  name: string;
  display_name: string;
  role: "agent" | "senior" | "admin";
  languages: string[];
  capacity: number;
  active: boolean;
  teams: string[];
  load: number;
  presence: "online" | "away" | "offline";
}

export interface Team {
  agents: Member[];
  languages: string[];
}
