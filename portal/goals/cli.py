from flask.cli import AppGroup

figures = AppGroup("figures")
plan = AppGroup("plan")
