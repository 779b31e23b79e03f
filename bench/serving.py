"""`python -m bench.serving FOLDER PORT`: the real server over a record of its own, which owes answers and gives none.

What is measured is how messages are kept and told; working answers out is measured elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from support.bootstrap import Application, open_application
from support.cli.serve import draining, uvicorn_config
from support.service.turns import Turns
from support.settings import Settings
from support.web.app import create_app

SHOP = "my-shop"
RATES = ("rate_buyer", "rate_address", "rate_shop", "rate_connections", "rate_visitors")
SHOP_FOLDER = Path(__file__).parent.parent / "knowledge_base" / "new_shop"


def main(folder: Path, port: int) -> None:
    """Serve until stopped."""
    import uvicorn

    setattr(Turns, "resume", lambda turns: 0)  # noqa: B010  # no turn is begun; mypy takes no other way to put one method for another
    setattr(Application, "warm", lambda application: None)  # noqa: B010  # and no model is loaded
    none: dict[str, Any] = dict.fromkeys(RATES, 0)
    settings = Settings.alone(data_dir=folder, port=port, **none)
    with open_application(settings) as application:
        application.shops.import_folder(SHOP_FOLDER)
        draining(uvicorn.Server)(uvicorn_config(create_app(application), settings)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
