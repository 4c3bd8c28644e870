from flask.cli import AppGroup

import_ = AppGroup("import")
