"""Every table, known to SQLAlchemy once this is imported."""

from portal.accounts import models as accounts
from portal.activities import models as activities
from portal.associations import charter_models as charter
from portal.associations import models as associations
from portal.attendance import models as attendance
from portal.calendars import models as calendars
from portal.database import Base
from portal.engagements import models as engagements
from portal.enquiries import models as enquiries
from portal.forum import models as forum
from portal.goals import models as goals
from portal.imports import models as imports
from portal.jobs import models as jobs
from portal.log import models as log
from portal.mail import models as mail
from portal.registrations import models as registrations
from portal.web import limits

TABLES = Base.metadata.tables
CAPABILITIES = (
    accounts, activities, associations, attendance, calendars, charter, engagements, enquiries, forum, goals, imports,
    jobs, log, mail, registrations, limits,
)  # fmt: skip
