"""Understanding: topic, request and stance by the trained head, entities by grammar, the rest from memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from support.assistant.also import also_asked, case_first
from support.assistant.courtesy import without_courtesy
from support.assistant.entities import Entities, entities
from support.assistant.following import going_on, says_nothing
from support.assistant.head import Head, Prediction
from support.assistant.language import language
from support.assistant.meant import (
    ASKS_FOR_AN_ORDER,
    CLEAR,
    CLOSE,
    SURE,
    THAT_ITEM,
    in_the_case,
    of_a_coupon,
    of_a_name,
    of_a_named_order,
    of_nothing_before,
    only_goods,
)
from support.assistant.origin import asked_of_origin
from support.assistant.own_words import as_the_shop_says, own_words
from support.assistant.phrases import speaks
from support.assistant.products import by_coupon, by_kind, numbers_named
from support.assistant.replies import answering
from support.assistant.sentences import with_sentences
from support.assistant.spoken import as_spoken
from support.assistant.state import Memory, TurnInput, TurnState, Understanding
from support.assistant.topics import TOPICS, Topic
from support.assistant.wording_only import wording_only
from support.orders.number import normalise_number

REQUEST_SURE = 0.4
CASE_OF = {"refund_policy": "refund", "delivery_time": "order_status", "invoice_how": "invoice", "price": "price_drop"}
CERTAIN = 0.95
CLEARLY_GENERAL = 0.8
TOLD = 0.6
"""Of what people carry out, a question that is hardly one's own case is first answered from the articles."""
HEARD = 0.3
"""What a topic counts for, at least, that the head says a person must see."""
ENOUGH = 3
"""Han characters and gaps between words: three characters, four words."""
NONE = re.compile(r"我?(?:没|沒|无|無)|(?:i |we )?(?:(?:have|got) )?(?:not? |none|don'?t|do not|haven'?t|no$)")
"""How an answer begins that says there is nothing."""
ASKS_FOR_NOTHING = frozenset({"refund_when", "correction"})
"""Who asks where a refund is, or that another order was meant, asks for nothing by it, whatever words it has."""
TAKEN_BACK = ("correction", "cancel")
"""“Not that order” sounds like a cancellation, and is none however sure the head is: nothing is granted unasked."""
FOLLOW_UP = frozenset({"identify", "evidence", "affirm", "deny"})
FILES_ALONE = Prediction("evidence", 1.0, (("evidence", 1.0),), "none", 1.0, "other", 1.0)
"""What files without a word mean."""
WHICH_ORDER = THAT_ITEM
"""“I do not know the number” takes no order back where none was named yet."""
Stance = Literal["case", "general", "other"]


def understand(state: TurnState, head: Head, embed: Callable[[str], Any]) -> TurnState:
    """Read the message in the light of what was said and asked before."""
    given, memory = state["given"], state["given"].memory
    lang = _language(given, state["text"], "pinyin" in state["flags"])
    asked = frozenset(memory.asks)
    folder = given.shop.folder
    sizes = numbers_named(state["text"], folder.products)
    found = as_spoken(entities(state["text"], asked), state["text"], asked, memory.order is not None, sizes)
    if only_goods(state["text"], asked, folder.products):
        found = replace(found, order_numbers=(), proof_candidates=())
    told = wording_only(state["text"], found)
    of_coupons = by_coupon(told, folder.articles)
    said = by_kind(of_coupons, folder.products)
    bare = without_courtesy(said)
    words = bare if found.codes or _says_enough(bare) else said
    before = replace(memory, confirm=None) if found.order_numbers else memory  # who names an order says no mere no
    wordless = "wordless" in state["flags"]
    prediction = FILES_ALONE if given.pieces and wordless else _predicted(words, head, embed)
    if prediction.topic == "correction" and memory.order is None and "order.number" in memory.asks:
        prediction = WHICH_ORDER
    prediction = of_nothing_before(prediction, memory)
    prediction = of_a_name(prediction, words, memory, folder.products)
    prediction = of_a_coupon(prediction) if of_coupons != told else prediction
    prediction = of_a_named_order(prediction, bool(found.order_numbers))
    if words and prediction.topic != "identify" and (own := folder.utterances):
        prediction = as_the_shop_says(prediction, words, own_words(own, embed), embed)
    prediction = case_first(prediction, words, lambda one: head.predict(one, embed(one)), bool(found.order_numbers))
    prediction = asked_of_origin(answering(prediction, bare or said, before), words)
    prediction = in_the_case(prediction, words, memory, given.waits)
    went_on = _going_on(prediction, words, memory)
    meaning = _meaning(given, memory, _heard_first(went_on), found, lang)
    if went_on is not prediction and says_nothing(words):
        meaning = replace(meaning, about=memory.about)
    if also := also_asked(words, meaning, lambda one: head.predict(one, embed(one))):
        meaning = replace(meaning, also=also)
    return {"understanding": meaning, "memory": _remember(memory, meaning, given)}


def _going_on(prediction: Prediction, words: str, memory: Memory) -> Prediction:
    """As `following.going_on`, after a question or a case without an order; an answer to what was asked goes first."""
    topic = memory.topic
    case = topic is not None and TOPICS[topic].mode == "case"
    answers = prediction.topic_probability >= SURE and TOPICS[prediction.topic].mode != "question"
    if memory.asks and (answers or not case):
        return prediction
    return prediction if case and memory.order else going_on(prediction, words, topic)


def _predicted(words: str, head: Head, embed: Callable[[str], Any]) -> Prediction:
    """What the head makes of the words; a message of codes alone identifies and asks for nothing."""
    if any(character.isalnum() for character in words):
        return with_sentences(head.predict(words, embed(words)), words, lambda one: head.predict(one, embed(one)))
    return Prediction("identify", 1.0, (("identify", 1.0),), "none", 1.0, "other", 1.0)


def _says_enough(bare: str) -> bool:
    """Whether a message is read without its courtesies: “好的，谢谢” is thanks, not a yes."""
    return sum("\u4e00" <= char <= "\u9fff" or char == " " for char in bare) >= ENOUGH


def _language(given: TurnInput, text: str, pinyin: bool) -> str:
    languages = given.shop.folder.shop.languages
    default = given.memory.lang or _offered(given.locale, languages) or languages[0]
    spoken = "zh-CN" if pinyin else language(text, default)
    return spoken if speaks(spoken) else default


def _offered(locale: str, languages: tuple[str, ...]) -> str | None:
    short = locale.split("-", 1)[0].lower()
    return next((lang for lang in languages if short and lang.split("-", 1)[0].lower() == short), None)


def _meaning(given: TurnInput, memory: Memory, prediction: Prediction, found: Entities, lang: str) -> Understanding:
    number = _number(given, memory, found)
    if found.order_numbers and _proofs(given, found) and prediction.topic == "refund_policy":
        prediction = replace(prediction, stance="case")  # who proves an order asks of that order
    bare = bool(found.order_numbers or found.proof_candidates) and prediction.topic in {"identify", "order_status"}
    return Understanding(
        lang=lang,
        topic=_topic(given, memory.order or number, number, memory.topic, prediction, bare),
        confidence=1.0 if "topic" in given.form else prediction.topic_probability,
        stance=_stance(memory.order or number, prediction),
        request=_request(given, prediction),
        candidates=tuple(name for name, p in prediction.topics if p >= CLOSE),
        order_number=number,
        proofs=_proofs(given, found),
        answers_ask=bool(memory.asks) and (bare or given.pressed),
    )


def _heard_first(prediction: Prediction) -> Prediction:
    """What may well be for a person's eyes counts as that, unless it is clearly asked in general."""
    topic = prediction.alarm
    general = prediction.stance == "general" and prediction.stance_probability >= CLEARLY_GENERAL
    if topic is None or (general and topic != "human"):  # a wish for a person has no general form
        return prediction
    stance = "other" if topic == "human" else "case"
    probability = max(HEARD, next((p for name, p in prediction.topics if name == topic), 0.0))
    return replace(prediction, topic=topic, topic_probability=probability, stance=stance)


def _topic(
    given: TurnInput, order: str | None, number: str | None, before: str | None, prediction: Prediction, bare: bool
) -> str:
    if (chosen := given.form.get("topic")) in TOPICS:
        return str(chosen)
    if bare and before:
        return "identify"
    if number and prediction.topic == "delivery_time":
        return "order_status"
    waits = (prediction.topic, prediction.stance) == ("delivery_time", "case")
    if (order and prediction.stance != "general") or (waits and prediction.stance_probability >= CLEAR):
        return CASE_OF.get(prediction.topic, prediction.topic)
    return prediction.topic


def _stance(order: str | None, prediction: Prediction) -> Stance:
    if order and prediction.topic in CASE_OF and prediction.stance != "general":
        return "case"
    told = prediction.alarm is None and TOPICS[prediction.topic].mode == "human"
    if told and prediction.stance == "case" and prediction.stance_probability < TOLD:
        return "general"
    return prediction.stance  # type: ignore[return-value]  # the head's labels are these three


def _request(given: TurnInput, prediction: Prediction) -> str | None:
    if asked := given.form.get("request"):
        return asked
    plain = prediction.topic in ASKS_FOR_NOTHING and prediction.topic_probability >= SURE
    if plain and prediction.request_probability < CLEAR:
        return None
    if (prediction.topic, prediction.request) == TAKEN_BACK:
        return None
    sure = prediction.request != "none" and prediction.request_probability >= REQUEST_SURE
    return prediction.request if sure else None


def _number(given: TurnInput, memory: Memory, found: Entities) -> str | None:
    if typed := given.form.get("order.number"):
        return normalise_number(typed)
    if found.order_numbers:
        return normalise_number(found.order_numbers[0])
    if memory.order is None and given.shown_order:
        return normalise_number(given.shown_order)
    return None


def _proofs(given: TurnInput, found: Entities) -> tuple[str, ...]:
    typed = given.form.get("order.proof", "").strip()
    return (typed,) if typed else (*found.proof_candidates, *found.emails, *found.phones)


def _remember(memory: Memory, meaning: Understanding, given: TurnInput) -> Memory:
    """Carry slots on: a new number starts a new case, a new topic keeps the order, small talk keeps everything."""
    other = meaning.topic == "correction" and meaning.confidence >= SURE
    if other and not (meaning.proofs and not meaning.order_number):
        memory = replace(memory, order=None, item=None, request=None, confirm=None)
    if meaning.order_number and meaning.order_number != memory.order:
        keep = memory.order is None or not ASKS_FOR_AN_ORDER.isdisjoint(memory.asks)  # it was never opened
        memory = replace(
            memory, order=meaning.order_number, item=None, confirm=None,
            request=memory.request if keep else None, reason=memory.reason if keep else None, lacks_evidence=None,
        )  # fmt: skip
    memory = _take_answers(memory, meaning, given)
    return replace(memory, lang=meaning.lang, request=meaning.request or memory.request)


def _take_answers(memory: Memory, meaning: Understanding, given: TurnInput) -> Memory:
    topic = TOPICS.get(meaning.topic)
    if reason := given.form.get("claim.reason"):
        memory = replace(memory, reason=reason)
    elif topic and topic.reason and _tells_why(memory, meaning, topic):
        memory = replace(memory, reason=topic.reason, topic=meaning.topic)
    if item := given.form.get("order.item"):
        memory = replace(memory, item=item)
    memory = _take_evidence(memory, meaning, given)
    if "claim.detail" in memory.asks:
        memory = replace(memory, detail=given.text[:500])
    heard = meaning.confidence >= SURE or memory.topic is None
    if heard and topic and topic.mode in {"question", "case", "human"} and not _follows_up(memory, meaning):
        memory = replace(memory, topic=meaning.topic)
    return memory


def _take_evidence(memory: Memory, meaning: Understanding, given: TurnInput) -> Memory:
    """Files that came count as pieces, asked for or not; words count where evidence was asked for, and “no screenshot”
    also before, so that nobody is asked for what they have said they have not."""
    if given.pieces:
        pieces = memory.pieces + given.pieces
        return replace(memory, pieces=pieces, evidence=max(pieces, memory.evidence or 0))
    if "claim.evidence" in memory.asks and meaning.topic in {"evidence", "affirm", "deny"}:
        none = meaning.topic == "deny" or bool(NONE.match(given.text.strip().lower()))
        return replace(memory, evidence=memory.pieces if none else max(1, memory.evidence or 0))
    said = given.text.strip().lower()
    if meaning.topic == "evidence" and meaning.confidence >= SURE and memory.reason and NONE.match(said):
        return replace(memory, evidence=memory.pieces)
    return memory


def _tells_why(memory: Memory, meaning: Understanding, topic: Topic) -> bool:
    """Whether the message gives a reason; one that was given is only replaced by a clear other one."""
    if topic.mode not in {"case", "human"} or meaning.stance == "general":
        return False
    if memory.reason and topic.reason == "changed_mind" and meaning.request:
        return False  # “I want to change it” is a wish; it takes back no reason that was given
    if memory.reason is None:
        return meaning.confidence >= SURE
    return meaning.confidence >= (CERTAIN if _follows_up(memory, meaning) else CLEAR)


def _follows_up(memory: Memory, meaning: Understanding) -> bool:
    """Whether the message answers what was asked rather than opening something new."""
    wish = "claim.request" in memory.asks and meaning.request is not None
    return wish or meaning.topic in FOLLOW_UP
