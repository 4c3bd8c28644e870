"""Several who do something at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from portal.database import db


def at_once(app: Flask, number: int, work: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads returned, or the fault that it raised; they begin together, numbered from 0."""
    db.session.remove()
    start = threading.Barrier(number)
    found: list[Any] = [None] * number

    def run(mine: int) -> None:
        with app.app_context():
            start.wait()
            try:
                found[mine] = work(mine)
            except BaseException as fault:
                found[mine] = fault
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
