"""`python -m bench.serving FOLDER PORT`: the real server over a record of its own, which owes answers and gives none.

What is measured is how messages are kept and told; working answers out is measured elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

import support.service.commands
from support.bootstrap import Application, open_application
from support.cli.serve import draining, uvicorn_config
from support.service.commands import Commands
from support.service.limits import Limits
from support.settings import Settings
from support.web.app import create_app

SHOP = "my-shop"
SHOP_FOLDER = Path(__file__).parent.parent / "knowledge_base" / "new_shop"


def main(folder: Path, port: int) -> None:
    """Serve until stopped."""
    import uvicorn

    setattr(Commands, "resume", lambda commands: 0)  # noqa: B010 - so that no turn is begun
    setattr(support.service.commands, "Limits", lambda: Limits(burst=10**9))  # noqa: B010
    setattr(Application, "warm", lambda application: None)  # noqa: B010
    settings = Settings(data_dir=folder, port=port, _env_file=None)  # type: ignore[call-arg]
    with open_application(settings) as application:
        application.shops.import_folder(SHOP_FOLDER)
        draining(uvicorn.Server)(uvicorn_config(create_app(application), settings)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
