import type { ComponentChildren } from "preact";
import { day } from "../core/format.js";
import { Icon, type IconName } from "../ui/icons.js";
import { Chip, Facts, IconButton } from "../ui/kit.js";
import { DecisionAnswer, useAnswers } from "./answer.js";
import { desk } from "./app.js";
import { Copilot } from "./copilot/index.js";
import { SimilarSolved } from "./copilot/similar.js";
import { t } from "./copilot/words.js";
import { OrderView } from "./cards.js";
import { Glyph } from "./glyphs.js";
import { DecisionView } from "./decision.js";
import type { Detail, Head } from "./model.js";
import { RefundsHere } from "./refunds_here.js";
import { RiskView } from "./risk.js";
import { RelatedTickets } from "./related.js";
import { TicketView } from "./ticket_view.js";

/** Who and what it is about: the record beside the talk. */
export function ContextPane() {
  const detail = desk.detail;
  return (
    <section class="context" aria-label={desk.t("context")} data-testid="context" data-open={desk.context.value}>
      <header class="context-head">
        <h2>{desk.t("context")}</h2>
        <IconButton icon="close" label={desk.t("context.close")} class="iconbtn context-close" onClick={() => (desk.context.value = false)} />
      </header>
      {detail && <Sections detail={detail} />}
    </section>
  );
}

function Sections({ detail }: { detail: Detail }) {
  const { order, decisions, tickets, earlier } = detail;
  const answers = useAnswers(detail.ticket, decisions);
  return (
    <div class="context-body">
      <Buyer detail={detail} />
      {detail.conversation.state !== "resolved" && <Section icon="spark" title={t("title")}><Copilot key={detail.conversation.id} detail={detail} /></Section>}
      <Section icon="box" title={desk.t("ctx.order")}>
        {order ? <OrderView order={order} /> : <p class="faint">{desk.t("ctx.order.none")}</p>}
      </Section>
      {order && <Section icon="undo" title={desk.t("refunds")}><RefundsHere conversation={detail.conversation.id} /></Section>}
      <Section icon="scale" title={desk.t("ctx.decisions")}>
        {decisions.map((stored) => (
          <DecisionView key={stored.id} stored={stored} currency={order?.currency ?? null}>
            {detail.ticket && <DecisionAnswer ticket={detail.ticket} answer={answers[stored.id]} currency={order?.currency ?? null} />}
          </DecisionView>
        ))}
        {decisions.length === 0 && <p class="faint">{desk.t("ctx.decision.none")}</p>}
      </Section>
      {detail.brief?.risk && (
        <Section icon="alert" title={desk.t("ctx.risk")}>
          <RiskView report={detail.brief.risk} />
        </Section>
      )}
      <Section icon="ticket" title={desk.t("ctx.tickets")}>{tickets.map((ticket) => <TicketView key={ticket.id} ticket={ticket} />)}</Section>
      {detail.ticket && <Section icon="refer" title={desk.t("related")}><RelatedTickets key={detail.ticket.id} ticket={detail.ticket} /></Section>}
      {detail.ticket && <Section icon="check" title={t("similar")}><SimilarSolved conversation={detail.conversation.id} rev={detail.ticket.rev} /></Section>}
      <Section icon="clock" title={desk.t("ctx.earlier")}>
        <Earlier heads={earlier} />
      </Section>
    </div>
  );
}

function Section({ icon, title, children }: { icon: IconName; title: string; children: ComponentChildren }) {
  return (
    <section class="ctx">
      <h3><Icon name={icon} size={16} />{title}</h3>
      {children}
    </section>
  );
}

function Buyer({ detail: { buyer, conversation, earlier } }: { detail: Detail }) {
  const initial = Array.from(buyer.name)[0]?.toUpperCase();
  return (
    <section class="ctx buyer">
      <div class="buyer-head">
        <span class="face big" aria-hidden="true">{buyer.verified ? initial : <Glyph name="user" size={20} />}</span>
        <span>
          <b dir="auto">{buyer.name}</b>
          <Chip tone={buyer.verified ? "good" : "warn"} icon={buyer.verified ? "ok" : "alert"}>{desk.t(buyer.verified ? "talk.verified" : "talk.unverified")}</Chip>
        </span>
      </div>
      <Facts
        rows={[
          buyer.since ? [desk.t("ctx.since"), day(buyer.since, desk.locale.value)] : null,
          [desk.t("ctx.conversations"), <span class="num">{buyer.conversations ?? earlier.length + 1}</span>],
          conversation.lang ? [desk.t("ctx.lang"), conversation.lang === "en" ? "English" : "中文"] : null,
        ]}
      />
    </section>
  );
}

function Earlier({ heads }: { heads: Head[] }) {
  if (!heads.length) return <p class="faint">{desk.t("ctx.earlier.none")}</p>;
  return (
    <ul class="earlier-list">
      {heads.map((head) => (
        <li key={head.id}>
          <button type="button" onClick={() => desk.open(head.id)} data-testid="earlier">
            <span dir="auto">{head.subject || desk.t(`state.${head.state}`)}</span>
            <small class="num">{day(head.created_at, desk.locale.value)} · {desk.t(`state.${head.state}`)}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
