from flask.cli import AppGroup

worker = AppGroup("worker")
