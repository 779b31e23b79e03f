import type { AgentMe, Behind, Changes, Counts, Detail, Draft, FoundRow, Macro, Proof, Publication, PublicationWords, Reports, Row, Suggestion, Ticket, Unanswered } from "./model.js";
import type { Refund, RefundAudit, Step } from "./refund.js";
import type { Answerable } from "./answer.js";
import type { Group } from "./reports/groups.js";
import type { Solved } from "./copilot/similar.js";
import type { Evidence } from "./evidence/item.js";
import type { ShopRequest, Supply } from "./suppliers/index.js";
import type { Merge, Related, SupplierRequest, TicketRecord } from "./ticket.js";

/** What the server said instead of an answer. */
export class DeskProblem extends Error {
  constructor(
    readonly status: number,
    readonly retryAfter: number | null,
    /** What it said, in the language that was asked for. */
    readonly detail: string = "",
    /** Which kind of refusal it is, for a program. */
    readonly code: string = "",
    /** Its whole answer. */
    readonly body: unknown = null,
  ) {
    super(`HTTP ${status}`);
  }
}

export interface Login {
  token: string;
  expires_at: string;
  agent: AgentMe;
}

/** The desk's reads over HTTP, and its login. `expired` is called once a token is no longer taken. */
export class DeskApi {
  token: string | null = null;

  constructor(
    private readonly base: string,
    private readonly expired: () => void,
  ) {}

  login(name: string, password: string): Promise<Login> {
    return this.ask("POST", "agent/session", { name, password });
  }

  async logout(): Promise<void> {
    await this.ask("DELETE", "agent/session").catch(() => {});
  }

  queue(view: string, lang: string, after?: string): Promise<{ rows: Row[]; counts: Counts; next: string | null }> {
    return this.ask("GET", `desk/queue?${query({ view, limit: "100", after, lang })}`);
  }

  /** Every ticket of the shop in which all of these words stand, the newest first. */
  searchTickets(q: string, lang: string, after?: string): Promise<{ rows: FoundRow[]; next: string | null; behind: number }> {
    return this.ask("GET", `desk/tickets?${query({ q, lang, after })}`);
  }

  /** The row of a ticket by its number. */
  ticket(number: string, lang: string): Promise<Row> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}?${query({ lang })}`);
  }

  detail(id: string, lang: string): Promise<Detail> {
    return this.ask("GET", `desk/conversations/${encodeURIComponent(id)}?${query({ lang })}`);
  }

  macros(conversation?: string): Promise<Macro[]> {
    return this.ask("GET", `desk/macros?${query({ conversation })}`);
  }

  changes(decision: string, lang: string): Promise<Changes> {
    return this.ask("GET", `desk/decisions/${encodeURIComponent(decision)}/changes?${query({ lang })}`);
  }

  verify(proof: Proof): Promise<{ holds: boolean; faults: string[] }> {
    return this.ask("POST", "desk/verify", { proof });
  }

  reports(since: string, until: string): Promise<Reports> {
    return this.ask("GET", `desk/reports?${query({ since, until })}`);
  }

  policies(): Promise<{ publications: Publication[] }> {
    return this.ask("GET", "desk/policies");
  }

  policy(n: number, lang: string): Promise<PublicationWords> {
    return this.ask("GET", `desk/policies/${n}?${query({ lang })}`);
  }

  reportsBy(by: string, since: string, until: string): Promise<Group[]> {
    return this.ask("GET", `desk/reports/by/${by}?${query({ since, until })}`);
  }

  decisions(number: string): Promise<{ decisions: Answerable[] }> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}/decisions`);
  }

  answerDecision(number: string, body: Record<string, unknown>, lang: string): Promise<unknown> {
    return this.ask("POST", `desk/tickets/${encodeURIComponent(number)}/decision?${query({ lang })}`, body);
  }

  behind(key: string, args: { since: string; until: string; bucket?: string | undefined; by?: string | undefined; group?: string | undefined; lang: string }): Promise<Behind> {
    return this.ask("GET", `desk/reports/${encodeURIComponent(key)}/conversations?${query(args)}`);
  }

  unanswered(days: number): Promise<Unanswered> {
    return this.ask("GET", `desk/unanswered?${query({ days: String(days) })}`);
  }

  dismiss(messages: string[], dismissed: boolean): Promise<{ n: number }> {
    return this.ask("POST", "desk/unanswered/dismissals", { messages, dismissed });
  }

  draft(messages: string[]): Promise<Draft> {
    return this.ask("POST", "desk/unanswered/drafts", { messages });
  }

  refunds(states: readonly string[], lang: string, conversation?: string): Promise<{ refunds: Refund[] }> {
    const wanted = new URLSearchParams([["lang", lang], ...states.map((one) => ["state", one])]);
    if (conversation) wanted.set("conversation", conversation);
    return this.ask("GET", `desk/refunds?${wanted}`);
  }

  refund(number: string, lang: string): Promise<RefundAudit> {
    return this.ask("GET", `desk/refunds/${encodeURIComponent(number)}?${query({ lang })}`);
  }

  askRefund(body: Record<string, unknown>, lang: string): Promise<Omit<Refund, "open_steps">> {
    return this.ask("POST", `desk/refunds?${query({ lang })}`, body);
  }

  refundStep(number: string, step: Step, body: Record<string, unknown>, lang: string): Promise<Omit<Refund, "open_steps">> {
    return this.ask("POST", `desk/refunds/${encodeURIComponent(number)}/${step}?${query({ lang })}`, body);
  }

  record(number: string, lang: string): Promise<TicketRecord> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}/record?${query({ lang })}`);
  }

  related(number: string, lang: string): Promise<{ related: Related[] }> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}/related?${query({ lang })}`);
  }

  /** What is told while it comes about, as server-sent events, until `signal` says stop. */
  stream(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    return this.fetch("POST", path, body, { headers: { Accept: "text/event-stream" }, signal });
  }

  /** A rewriting is taken back: the suggestion before it stands again. */
  undoRewriting(id: string, suggestion: string): Promise<Suggestion> {
    return this.ask("DELETE", `desk/conversations/${encodeURIComponent(id)}/suggestion/rewriting?${query({ suggestion })}`);
  }

  judgeSuggestion(id: string, body: Record<string, unknown>): Promise<unknown> {
    return this.ask("POST", `desk/conversations/${encodeURIComponent(id)}/suggestion/feedback`, body);
  }

  similar(id: string, lang: string): Promise<{ similar: Solved[] }> {
    return this.ask("GET", `desk/conversations/${encodeURIComponent(id)}/similar?${query({ lang })}`);
  }

  asked(number: string): Promise<SupplierRequest[]> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}/supplier-requests`);
  }

  questions(number: string): Promise<{ questions: { name: string; label: string }[] }> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}/questions`);
  }

  askBuyer(number: string, body: Record<string, unknown>, lang: string): Promise<{ ticket: Ticket }> {
    return this.ask("POST", `desk/tickets/${encodeURIComponent(number)}/questions?${query({ lang })}`, body);
  }

  askSupplier(number: string, body: Record<string, unknown>): Promise<SupplierRequest> {
    return this.ask("POST", `desk/tickets/${encodeURIComponent(number)}/supplier-requests`, body);
  }

  evidence(number: string, lang: string): Promise<Evidence> {
    return this.ask("GET", `desk/tickets/${encodeURIComponent(number)}/evidence?${query({ lang })}`);
  }

  addFinding(number: string, text: string, client_id: string): Promise<unknown> {
    return this.ask("POST", `desk/tickets/${encodeURIComponent(number)}/evidence/findings`, { text, client_id });
  }

  /** The folder as a zip file, and the digest to verify it against. */
  async evidenceFolder(number: string, audience: "shop" | "buyer", lang: string): Promise<{ file: Blob; digest: string }> {
    const answer = await this.fetch("GET", `desk/tickets/${encodeURIComponent(number)}/evidence/export?${query({ for: audience, lang })}`);
    return { file: await answer.blob(), digest: answer.headers.get("Evidence-Digest") ?? "" };
  }

  /** A file that a route makes. */
  async made(path: string): Promise<Blob> {
    return (await this.fetch("POST", path)).blob();
  }

  supply(days: number): Promise<Supply> {
    return this.ask("GET", `desk/suppliers?${query({ days: String(days) })}`);
  }

  allAsked(days: number): Promise<ShopRequest[]> {
    return this.ask("GET", `desk/supplier-requests?${query({ days: String(days) })}`);
  }

  ticketStep(number: string, step: "continuation" | "orders", body: Record<string, unknown>, lang: string): Promise<{ ticket: Ticket }> {
    return this.ask("POST", `desk/tickets/${encodeURIComponent(number)}/${step}?${query({ lang })}`, body);
  }

  regroup(number: string, how: "merge" | "split", body: Record<string, unknown>, lang: string): Promise<{ merge: Merge }> {
    return this.ask("POST", `desk/tickets/${encodeURIComponent(number)}/${how}?${query({ lang })}`, body);
  }

  undoMerge(id: string, lang: string): Promise<{ merge: Merge }> {
    return this.ask("POST", `desk/tickets/merges/${encodeURIComponent(id)}/undo?${query({ lang })}`);
  }

  /** Any other of the desk's routes, for the parts that are fetched later. */
  request<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.ask(method, path, body);
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.fetch(method, path, body);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  private async fetch(method: string, path: string, body?: unknown, more: { headers?: Record<string, string>; signal?: AbortSignal } = {}): Promise<Response> {
    const headers: Record<string, string> = { ...more.headers };
    if (this.token) headers["Authorization"] = `Bearer ${this.token}`;
    const file = body instanceof Blob;
    if (body !== undefined) headers["Content-Type"] = file ? "application/octet-stream" : "application/json";
    const sent = file ? body : body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(`${this.base}/api/v1/${path}`, { method, headers, body: sent, credentials: "omit", ...(more.signal && { signal: more.signal }) });
    if (answer.status === 401 && this.token) this.expired();
    if (!answer.ok) {
      const said = (await answer.json().catch(() => ({}))) as { detail?: unknown; code?: unknown };
      const words = (value: unknown) => (typeof value === "string" ? value : "");
      throw new DeskProblem(answer.status, Number(answer.headers.get("Retry-After")) || null, words(said.detail), words(said.code), said);
    }
    return answer;
  }
}

function query(args: Record<string, string | undefined>): string {
  const given = Object.entries(args).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}
