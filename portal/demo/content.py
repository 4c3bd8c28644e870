"""Sample content."""

PASSWORD = "x"
PEOPLE = ()
