"""Uploads that are not kept any longer: what was never said after a day, what was said after the shop's time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial

from support.service.runtime import Runtime
from ticketing.storage import uploads
from ticketing.storage.upload_files import UploadFiles


def forget_uploads(runtime: Runtime, files: UploadFiles) -> int:
    """Forget the rows, then take away every file that no row wants; how many. Blocks."""
    now, limits = runtime.clock(), runtime.upload_limits
    for loaded in runtime.shops.all():
        keep = min(limits.keep, timedelta(days=loaded.folder.shop.retention.files_days))
        runtime.journal.write_now(partial(
            uploads.forget, shop=loaded.id, unsaid_before=now - limits.keep_unsaid, said_before=now - keep, at=now
        ))  # fmt: skip

    def kept(shop: str, ids: Collection[str]) -> frozenset[str]:
        return runtime.journal.read_now(lambda tx: uploads.kept(tx, shop, ids))

    return files.sweep(kept)
