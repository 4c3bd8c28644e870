"""The form that takes a spreadsheet."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.imports.reading import MOST_BYTES
from portal.web.forms import PortalForm, SentFileField


class UploadForm(PortalForm):
    """One spreadsheet with associations. `content` is its bytes, once it has validated."""

    file = SentFileField(_l("Spreadsheet"), render_kw={"accept": ".xlsx,.csv,.txt,.tsv"})

    def check(self) -> None:
        """There is a file, with something in it, that is not too large."""
        self.content = self.file.data.stream.read(MOST_BYTES + 1) if self.file.data else b""
        if self.file.data is None:
            self.file.errors = [_("Choose a file.")]
        elif not self.content:
            self.file.errors = [_("The file is empty.")]
        elif len(self.content) > MOST_BYTES:
            self.file.errors = [_("The file is larger than %(most)s MB.", most=MOST_BYTES // 1_000_000)]
