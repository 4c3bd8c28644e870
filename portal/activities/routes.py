from flask import Blueprint

activities = Blueprint("activities", __name__, url_prefix="/<any(da, en):lang>")
