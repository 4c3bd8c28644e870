"""Numbers in addresses are row numbers: what no row can have is a page that is not there."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # PostgreSQL's integer; SQLite takes more, and faults at 2**63


class RowNumber(IntegerConverter):
    """`<int:id>` up to the largest number that a row can have; anything larger answers 404."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def limit_numbers(app: Flask) -> None:
    """Makes every `<int:...>` of the routes to come a row number."""
    app.url_map.converters["int"] = RowNumber
