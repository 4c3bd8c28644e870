from flask import Blueprint

goals = Blueprint("goals", __name__, url_prefix="/<any(da, en):lang>")
