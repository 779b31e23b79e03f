"""What of the record is about no buyer: ids, times and states, what is the shop's own, and who works for it.

A new column belongs here or, where it tells something of a buyer, in `data_map`.
"""

from __future__ import annotations

from collections.abc import Mapping

STAFF: Mapping[str, str] = {
    "agents": "id name display_name role languages password_hash capacity active created_at",
    "agent_sessions": "token_sha256 agent created_at expires_at",
    "login_attempts": "id name address at",
    "conversations": "assignee", "tickets": "assignee team", "notes": "agent author_name", "ratings": "agent",
    "refunds": "requested_by approved_by executed_by", "refund_changes": "actor", "decision_reviews": "agent",
    "supplier_requests": "asked_by", "ticket_links": "by", "ticket_merges": "by undone_by",
    "unanswered": "dismissed_by", "publications": "by", "file_versions": "by", "file_drafts": "by",
    "webhooks": "created_by", "api_keys": "created_by", "access_log": "agent", "privacy_requests": "via ended_by",
    "legal_holds": "by lifted_by", "workers": "seats",
}  # fmt: skip
"""People who work for the shop: kept as long as their account is and as what they did is to be answered for."""

THINGS: Mapping[str, str] = {
    "access_log": "id at",
    "api_keys": "id name scopes sha256 old_sha256 old_until created_at expires_at last_used_at revoked_at",
    "authorisation_entries": "n begun at kind cells previous hash",
    "claim_keys": "claim",
    "claims": "id product conversation at refunded_at",
    "commands": "client_id at",
    "conversation_orders": "conversation proved",
    "conversations": "id state rev seq lang created_at updated_at joined_at snoozed_until"
    " erased_at",
    "decision_reviews": "decision ticket conversation said verdict clause gave refund at",
    "decisions": "id conversation request verdict digest at",
    "events": "n type conversation audience at",
    "duties": "name worker",
    "evidence_cursors": "n",
    "evidence_entries": "ticket n kind source subject at recorded_at previous hash",
    "evidence_parts": "ticket n name",
    "file_drafts": "path at base text",
    "file_versions": "n path at via note sha256 content",
    "legal_holds": "id kind at until lifted_at",
    "messages": "id conversation seq at author_kind generated_by lang rev n",
    "notes": "id conversation after_seq at",
    "order_events": "id sha256 kind occurred_at received_at currency frozen",
    "order_grants": "by at",
    "privacy_requests": "id request_no kind received_at due_at state ended_at",
    "proof_attempts": "id at",
    "publications": "n at via note digest changes effect",
    "ratings": "message conversation ticket at",
    "reads": "conversation reader seq",
    "refund_changes": "refund n at was state",
    "refund_lines": "order_no line currency paid held",
    "refunds": "id refund_no kind line excess quantity currency state rev executor decision conversation message"
    " created_at changed_at approved_at deadline ask_at asked",
    "reissued_keys": "refund at",
    "report_cursors": "n",
    "report_points": "conversation made_for holds_after holds_before points",
    "risk_reports": "id conversation decision at",
    "shared_secrets": "name secret",
    "shop_files": "path sha256 content",
    "shops": "n generation digest epoch secret origin imported_at ticket_no",
    "supplied_lines": "order_no line product supplier distributor batch seen_at complained_at reason",
    "supplier_requests": "id request_no ticket conversation lang asked_at due_at state opened_at answered_at answer",
    "supply_alerts": "party name at complaints asked_about",
    "ticket_links": "ticket kind at",
    "ticket_merges": "id kind ticket other at undone_at",
    "ticket_word_cursors": "place n",
    "tickets": "id conversation reason priority queue state rev decision created_at due_at target_at resolve_by"
    " taken_at alarmed_at resolved_at ticket_no snoozed_until waiting_since merged_into reopened evidence_by remind_at"
    " legal_by fired next_at follow_up_at",
    "turns": "message conversation client_id created_at",
    "unanswered": "message conversation at lang kind dismissed_at",
    "uploads": "id client_id media_type size width height created_at conversation said_at",
    "visitors": "created_at",
    "webhook_attempts": "delivery n at status ms trouble",
    "webhook_deliveries": "id webhook kind state tries next_at created_at",
    "webhooks": "id url kinds secret old_secret old_until paused cursor created_at",
    "workers": "id beat at turns figures",
}  # fmt: skip
"""Ids, times, states, counts, and what the shop itself wrote. `ticket_words`, an index, follows from messages."""
