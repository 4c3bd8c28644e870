"""The form that takes a spreadsheet."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField

from portal.imports.reading import MOST_BYTES
from portal.web.forms import PortalForm


class SheetField(FileField):
    """A file. Forms read texts only, so this one looks for its file by itself; `data` is the upload or None."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        """WTForms' question: what was sent."""
        super().process(*args, **kwargs)
        sent = request.files.get(self.name) if self.name and request.method == "POST" else None
        self.data: Any = sent if sent is not None and sent.filename else None


class UploadForm(PortalForm):
    """One spreadsheet with associations. `content` is its bytes, once it has validated."""

    file = SheetField(_l("Spreadsheet"), render_kw={"accept": ".xlsx,.csv,.txt,.tsv"})

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: there is a file, with something in it, that is not too large."""
        super().validate(extra_validators)
        self.content = self.file.data.stream.read(MOST_BYTES + 1) if self.file.data else b""
        if self.file.data is None:
            self.file.errors = [_("Choose a file.")]
        elif not self.content:
            self.file.errors = [_("The file is empty.")]
        elif len(self.content) > MOST_BYTES:
            self.file.errors = [_("The file is larger than %(most)s MB.", most=MOST_BYTES // 1_000_000)]
        return not self.errors and "language_only" not in request.form
