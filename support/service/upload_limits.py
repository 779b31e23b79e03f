"""How much may be uploaded, by whom, and for how long it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from support.chat.frames import MAX_ATTACHMENTS
from support.files.kind import KINDS

DAY = timedelta(days=1)
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Sizes in bytes. A day is the last 24 hours; what an agent may send in one is ten times a buyer's."""

    size: int = 10 * MIB
    per_day: int = 100
    size_per_day: int = 200 * MIB
    shop_size_per_day: int = 5 * 1024 * MIB
    keep_unsaid: timedelta = DAY
    keep: timedelta = timedelta(days=180)

    def told(self) -> dict[str, Any]:
        """As a page needs them before it sends anything."""
        return {"size": self.size, "count": MAX_ATTACHMENTS, "types": [kind.media_type for kind in KINDS]}
