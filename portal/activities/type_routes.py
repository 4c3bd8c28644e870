from flask import Blueprint

activity_types = Blueprint("activity_types", __name__, url_prefix="/<any(da, en):lang>")
