from flask.cli import AppGroup

retention = AppGroup("retention")
