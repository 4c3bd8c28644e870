"""The blueprint of an association's own room; its pages are in `login_routes`, `my_routes`, `record_routes`,
`answer_routes`.
"""

from flask import Blueprint

my_association = Blueprint("my_association", __name__, url_prefix="/<any(da, en):lang>/my-association")
