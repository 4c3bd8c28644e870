from flask import Blueprint

registrations = Blueprint("registrations", __name__, url_prefix="/<any(da, en):lang>")
