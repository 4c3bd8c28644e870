"""The words of the demo's work with associations. All invented."""

from portal.engagements.rules import Phase
from portal.forum.rules import TopicState

NEEDS = (
    "Bestyrelsen vil dele opgaverne bedre, have styr på vedtægterne før næste generalforsamling og have flere unge med."
)
PLAN = (
    "Fire aftener: opgaver og roller, vedtægter, regnskab, og til sidst en plan for det næste år. Bestyrelsen finder "
    "selv lokale, vi finder oplægsholdere."
)
# Topics by their keys, and what the board wants in its own words.
GOALS = {
    "bylaws": "Nye vedtægter klar til generalforsamlingen",
    "board_duties": "Alle ved, hvem der gør hvad",
    "youth_in_board": "To unge med i bestyrelsen",
}
# The association, the phase, how many days ago it began, the next step, and in how many days it is due.
ENGAGEMENTS = (
    ("Cykelværkstedet Fri Kæde", Phase.CONTACT, 9, "Ring og aftal en behovssamtale", 2),
    ("Madklubben Lange Borde", Phase.CONTACT, 30, "Send forslag til datoer", -4),
    ("Trosfællesskabet Sommerporten", Phase.NEEDS_TALK, 20, "Behovssamtale hos foreningen", 6),
    ("Boligforeningen Tre Gavle", Phase.PLAN, 60, "Find lokale til første aften", 5),
)
MINUTES = (
    (
        "## Siden sidst\n\nTo foreninger fortalte om deres arbejde med unge, der mødes i weekenden.\n\n"
        "## Hvad fylder hos de unge lige nu?\n\nTonen på nettet, steder at være om aftenen og praktikpladser.\n\n"
        "## Hvad kan vi gøre sammen?\n\nFlere foreninger vil gerne holde en workshop i egne lokaler.",
        "## Since last time\n\nTwo associations reported on their work with young people who meet at weekends.\n\n"
        "## What matters to young people right now?\n\nThe tone online, places to be in the evening, and internships."
        "\n\n## What can we do together?\n\nSeveral associations would like to hold a workshop in their own rooms.",
    ),
    (
        "## Sådan virker propaganda\n\nOplægget viste, hvordan opslag og videoer spiller på vrede og fællesskab.\n\n"
        "## Hvem mangler vi at nå?\n\nKlubber i Vanløse og Valby vil få besøg i foråret.",
        "## How propaganda works\n\nThe talk showed how posts and videos play on anger and belonging.\n\n"
        "## Whom have we not reached?\n\nClubs in Vanløse and Valby will have a visit in spring.",
    ),
    (
        "## Årets tal\n\nVi så på, hvad vi nåede, og hvad vi ikke nåede.\n\n## Næste år\n\n"
        "Foreningerne ønsker sig to temamøder og et møde om pressen.",
        "",
    ),
)
# For each meeting a decision, then tasks: Danish, English, and who does it ("" is the unit).
TASKS = (
    (
        ("Forummet mødes fire gange næste år.", "The forum meets four times next year.", ""),
        ("Låner lokale ud til en åben workshop.", "Lends a room for a workshop.", "Ungdomsforeningen Papirdragen"),
        ("Sender datoer for næste års møder.", "Sends the dates of next year’s meetings.", ""),
    ),
    (
        ("Spillereglerne for samtalen gælder på alle møder.", "The ground rules apply at all meetings.", ""),
        ("Inviterer to klubber med til næste møde.", "Invites two clubs along next time.", "Lektiecaféen Blækhuset"),
    ),
    (
        ("To temamøder til næste år.", "Two theme meetings next year.", ""),
        ("Finder en oplægsholder om pressen.", "Finds a speaker about the press.", ""),
        ("Holder næste fælles spisning.", "Hosts the next shared meal.", "Kvindenetværket Kanelblomst"),
    ),
)  # fmt: skip
# Who proposes, in which language, title, reason, and what we answered.
TOPICS = (
    ("Fædrenetværket Kaffe & Konsekvens", "da", "Hvad gør vi, når tonen i gruppechatten bliver grov?",
     "Vi hører fra forældre, der ikke ved, om de skal blande sig.", TopicState.ON_AGENDA,
     "Tak for forslaget. Det er med på det næste møde."),
    ("Debatklubben Spørgsmålstegnet", "en", "How can young people be heard before decisions are made?",
     "We would like to hear how other associations work with local councils.", TopicState.LATER,
     "Thank you. We keep it for the theme meeting in spring."),
    ("Idrætsklubben Tågehornet", "da", "Fælles turnering på tværs af bydele",
     "En dag i maj, hvor hold blandes på tværs af foreninger.", TopicState.PROPOSED, ""),
    ("Kvindenetværket Kanelblomst", "da", "Hvordan finder vi frivillige under 25?", "", TopicState.PROPOSED, ""),
)  # fmt: skip
# The wish, which group leader asks (by number), language, days ago, district, when it suits, words, our answer, state.
ENQUIRIES = (
    ("workshop", 0, "da", 12, "vanloese", "En formiddag i uge 4 eller 5",
     "Vi vil gerne have en workshop for 9.b. De fleste er 15 år.", "", "new"),
    ("workshop", 1, "da", 2, "valby", "Tirsdag eller torsdag kl. 16", "Vi er en klub med mange drenge på 15-17 år.",
     "", "new"),
    ("narrative", 2, "en", 5, "oesterbro", "January, in the morning",
     "Our class has worked with the attacks of 2015 and would like to meet somebody who was there.",
     "Thank you for writing. We would like to call you about how the class is prepared. Does Thursday suit you?",
     "answered"),
    ("talk", 3, "da", 20, "bispebjerg", "Personalemøde den første mandag i måneden", "Vi er 30 lærere og pædagoger.",
     "Tak for henvendelsen. Vi har desværre ingen oplægsholdere ledige før sommeren. Skriv gerne igen til august.",
     "declined"),
)  # fmt: skip
# A page with one line on it: the smallest file that every reader opens.
PAPER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/Lang(da)>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 76>>stream
BT /F 16 Tf 60 760 Td (Spilleregler: lyt, sp\\370rg, tal for jer selv) Tj ET
endstream
endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj
trailer<</Root 1 0 R/Size 6>>
"""
