"""Reads `[webhook]` of `shop.toml`: where the secrets stand by which a store signs what it tells."""

from __future__ import annotations

import re

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import WebhookSettings

MOST = 2
_ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")


def read_webhook(top: SettingsTable) -> WebhookSettings:
    """The secrets' names; none where the shop takes no events."""
    table = top.table("webhook")
    if table is None:
        return WebhookSettings()
    table.warn_unknown(("secrets",))
    secrets = table.texts("secrets")
    if not secrets and "secrets" not in table.values:
        table.fault("secrets", 'webhook.secrets is missing; write secrets = ["env:SHOP_WEBHOOK_SECRET"]')
    if len(secrets) > MOST:
        table.fault("secrets", f"webhook.secrets holds one, or {MOST} while one replaces the other")
    if not all(_ENVIRONMENT.fullmatch(secret) for secret in secrets):
        table.fault("secrets", 'webhook.secrets names environment variables: secrets = ["env:SHOP_WEBHOOK_SECRET"]')
        return WebhookSettings()
    return WebhookSettings(secrets)
