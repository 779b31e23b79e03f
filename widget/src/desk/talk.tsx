import { Empty, Skeleton } from "../ui/kit.js";
import { BriefPanel } from "./brief.js";
import { Composer } from "./composer.js";
import { desk } from "./app.js";
import { SuggestionReady } from "./copilot/ready.js";
import { TalkHead } from "./talk_head.js";
import { TakenBanner } from "./taken.js";
import { Timeline } from "./timeline.js";

/** One conversation: who it is with, why it came, what was said, and what to say. */
export function Talk() {
  const id = desk.opened.value;
  const detail = desk.detail;
  if (!id) {
    return (
      <section class="talk none" aria-label={desk.t("talk.none")}>
        <Empty icon="chat" title={desk.t("talk.none")} sub={desk.t("talk.none.sub")} />
      </section>
    );
  }
  if (!detail) return <section class="talk" aria-busy={desk.failed.value !== id}>{desk.failed.value === id ? <Failed id={id} /> : <Skeleton lines={8} />}</section>;
  const { conversation } = detail;
  return (
    <section class="talk" data-testid="conversation" data-conversation={id} data-state={conversation.state} aria-label={detail.buyer.name}>
      <TalkHead detail={detail} />
      <TakenBanner head={conversation} />
      {detail.brief && <BriefPanel key={id} detail={detail} brief={detail.brief} />}
      <Timeline key={"t" + id} detail={detail} />
      {detail.suggestion && desk.holds(conversation) && <SuggestionReady detail={detail} suggestion={detail.suggestion} />}
      <Composer key={"c" + id} detail={detail} />
    </section>
  );
}

function Failed({ id }: { id: string }) {
  return (
    <Empty icon="alert" title={desk.t("talk.failed")}>
      <button type="button" class="btn line" onClick={() => void desk.fetchDetail(id)}>{desk.t("talk.retry")}</button>
    </Empty>
  );
}
