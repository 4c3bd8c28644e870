from flask import Blueprint

activities_staff = Blueprint("activities_staff", __name__, url_prefix="/<any(da, en):lang>")
