import type { Message, Part } from "../../core/frames.js";
import type { App } from "../app.js";
import { ChoicesCard, ConfirmCard } from "./choices.js";
import { DecisionCard } from "./decision.js";
import { FormCard } from "./form.js";
import { OrderCard } from "./order.js";
import { RatingCard } from "./rating.js";
import { ArticleCard, HandoffCard, RefundCard, TicketCard } from "./records.js";

/** What every card gets: its part, and where it stands. */
export interface CardProps<P> {
  app: App;
  conversation: string;
  message: Message;
  part: P;
}

export function Parts({ app, conversation, message }: { app: App; conversation: string; message: Message }) {
  if (!message.parts.length) return null;
  return <div class="parts">{message.parts.map((part, i) => <One key={i} app={app} conversation={conversation} message={message} part={part} />)}</div>;
}

function One(props: CardProps<Part>) {
  const { part, ...rest } = props;
  switch (part.type) {
    case "order":
      return <OrderCard {...rest} part={part} />;
    case "decision":
      return <DecisionCard {...rest} part={part} />;
    case "choices":
      return <ChoicesCard {...rest} part={part} />;
    case "form":
      return <FormCard {...rest} part={part} />;
    case "confirm":
      return <ConfirmCard {...rest} part={part} />;
    case "ticket":
      return <TicketCard {...rest} part={part} />;
    case "handoff":
      return <HandoffCard {...rest} part={part} />;
    case "article":
      return <ArticleCard {...rest} part={part} />;
    case "refund":
      return <RefundCard {...rest} part={part} />;
    case "rating":
      return <RatingCard {...rest} part={part} />;
    default:
      // A part from a newer server: the message's text stands without it.
      return null;
  }
}
