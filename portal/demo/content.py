"""The demo's people, associations and texts. All invented; addresses end in `.example`."""

from dataclasses import dataclass

from portal.accounts.rules import Role

PASSWORD = "godmorgen-vink"  # noqa: S105 - printed by make demo, and good for the demo only
ASSOCIATION_EMAIL = "kontakt@groennetrappe.example"  # whoever asks for a link with it enters as an association


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `shown` ones are printed when the demo starts."""

    name: str
    email: str
    role: Role
    role_da: str
    role_en: str
    shown: bool = True


PEOPLE = (
    Person("Bo Prøvesen", "bo@vink.example", Role.STAFF, "Medarbejder", "Staff"),
    Person("Asta Prøvesen", "asta@minodanmark.example", Role.FACILITATOR, "Facilitator", "Facilitator"),
    Person("Karl Demosen", "karl@vink.example", Role.ADMINISTRATOR, "Administrator", "Administrator"),
    Person("Rosa Testesen", "rosa@vink.example", Role.STAFF, "Medarbejder", "Staff", shown=False),
    Person("Noor Testesen", "noor@fnf.example", Role.FACILITATOR, "Facilitator", "Facilitator", shown=False),
)


@dataclass(frozen=True)
class Body:
    """An association: its kind, its district, where it meets, and the role that writes for it."""

    name: str
    kind: str
    district: str
    venue: str
    address: str
    role: str
    email: str


BODIES = (
    Body("Debatklubben Spørgsmålstegnet", "association", "indre_by", "Debatlokalet", "Eksempelstræde 4, 1400 København K",
         "Formand", "kontakt@spoergsmaalstegnet.example"),
    Body("Menighedsforeningen Stillelund", "faith", "oesterbro", "Menighedssalen", "Prøvevænget 9, 2100 København Ø",
         "Sekretariat", "kontakt@stillelund.example"),
    Body("Beboerforeningen Den Grønne Trappe", "association", "noerrebro", "Beboerlokalet", "Eksempelgade 12, 2200 København N",
         "Formand", "kontakt@groennetrappe.example"),
    Body("Moskéforeningen Havnelyset", "faith", "vesterbro", "Mødesalen", "Demovej 31, 1700 København V",
         "Bestyrelsen", "bestyrelsen@havnelyset.example"),
    Body("Lektiecaféen Blækhuset", "association", "valby", "Lektiecaféen", "Testallé 7, 2500 Valby",
         "Koordinator", "kontakt@blaekhuset.example"),
    Body("Kulturforeningen Syv Broer", "association", "vanloese", "Kulturhuset", "Prøveplads 3, 2720 Vanløse",
         "Kasserer", "kontakt@syvbroer.example"),
    Body("Fædrenetværket Kaffe & Konsekvens", "network", "broenshoej", "Medborgerhuset", "Eksempelvej 88, 2700 Brønshøj",
         "Kontaktperson", "kontakt@kaffeogkonsekvens.example"),
    Body("Kvindenetværket Kanelblomst", "network", "bispebjerg", "Kvindehuset", "Demohaven 15, 2400 København NV",
         "Forkvinde", "kontakt@kanelblomst.example"),
    Body("Idrætsklubben Tågehornet", "association", "amager_oest", "Klubhuset", "Testvej 20, 2300 København S",
         "Formand", "kontakt@taagehornet.example"),
    Body("Ungdomsforeningen Papirdragen", "association", "amager_vest", "Ungdomshuset", "Prøvealleen 52, 2300 København S",
         "Forperson", "kontakt@papirdragen.example"),
    Body("Sangforeningen Efter Klokken Fem", "association", "indre_by", "Korlokalet", "Demostræde 2, 1400 København K",
         "Formand", "kor@efterklokkenfem.example"),
    Body("Boldklubben Skæve Mål", "association", "oesterbro", "Klubhuset", "Testengen 1, 2100 København Ø",
         "Ungdomsformand", "kontor@skaevemaal.example"),
    Body("Naboværket Fælles Nøgle", "association", "noerrebro", "Gårdlokalet", "Prøvegade 40, 2200 København N",
         "Koordinator", "hej@faellesnoegle.example"),
    Body("Boligforeningen Tre Gavle", "housing", "vesterbro", "Fælleshuset", "Eksempelpladsen 5, 1700 København V",
         "Beboerdemokratisk konsulent", "drift@tregavle.example"),
    Body("Ungeklubben Fjerde Time", "youth_club", "valby", "Ungeklubben", "Demogade 11, 2500 Valby",
         "Klubleder", "klub@fjerdetime.example"),
    Body("Forældrenetværket Åbne Døre", "network", "vanloese", "Biblioteket", "Testtorvet 6, 2720 Vanløse",
         "Kontaktperson", "aften@aabnedoere.example"),
    Body("Madklubben Lange Borde", "association", "broenshoej", "Fælleskøkkenet", "Prøvestien 14, 2700 Brønshøj",
         "Kok", "bord@langeborde.example"),
    Body("Trosfællesskabet Sommerporten", "faith", "bispebjerg", "Samlingsrummet", "Eksempelhøj 3, 2400 København NV",
         "Bestyrelsen", "bestyrelse@sommerporten.example"),
    Body("Cykelværkstedet Fri Kæde", "association", "amager_oest", "Værkstedet", "Demokanalen 8, 2300 København S",
         "Værkfører", "vaerksted@frikaede.example"),
    Body("Debatforeningen Modsat", "association", "amager_vest", "Forsamlingssalen", "Testbuen 27, 2300 København S",
         "Forperson", "post@modsat.example"),
)  # fmt: skip

CITY_HALL = ("Rådhuset, Mødesal 2", "Eksempelpladsen 1, 1400 København K", "indre_by")

# Adults who sign up a group, and people who sign up themselves. None of them is tied to an association.
GROUP_LEADERS = (
    ("Leyla Eksempelsen", "leyla@proeveskolen.example", "Prøveskolen, 9.b"),
    ("Ivan Opdigtet", "ivan@klubdemo.example", "Klub Demo, aftenholdet"),
    ("Viggo Eksempelsen", "viggo@eksempelgymnasiet.example", "Eksempelgymnasiet, 1.c"),
    ("Signe Testesen", "signe@testskolen.example", "Testskolen, 8.a"),
    ("Omar Demosen", "omar@ungdomsskolen.example", "Ungdomsskolen, tirsdagsholdet"),
    ("Freja Opdigtet", "freja@fritidsklubben.example", "Fritidsklubben, de store"),
)
SINGLES = tuple(
    (f"{first} {last}", f"{first.lower()}.{n}@post.example")
    for n, (first, last) in enumerate(
        (first, last)
        for last in ("Testesen", "Prøvesen", "Eksempelsen", "Opdigtet")
        for first in ("Anna", "Bilal", "Clara", "Emil", "Fatima", "Georg", "Hanne", "Iben", "Jonas", "Karim")
    )
)


@dataclass(frozen=True)
class Sample:
    """An activity's words in both languages."""

    title_da: str
    title_en: str
    text_da: str
    text_en: str


SAMPLES: dict[str, tuple[Sample, ...]] = {
    "forum_meeting": (
        Sample(
            "Københavns medborgerforum: Fællesskab i en urolig tid",
            "Copenhagen Citizens’ Forum: Community in an uneasy time",
            "Foreninger og nøgleaktører mødes om det, der fylder i byen lige nu, og deler erfaringer med hinanden. "
            "Vi slutter med at aftale, hvad vi gør sammen inden næste møde.",
            "Associations and key actors meet about what matters in the city right now and share experience with "
            "each other. We end by agreeing what we will do together before the next meeting.",
        ),
    ),
    "dialogue_area": (
        Sample(
            "Te og tanker i beboerlokalet",
            "Tea and thoughts in the residents’ room",
            "Beboere og lokale ildsjæle taler om tillid, naboskab og det at føle sig hørt. Alle er velkomne, og du "
            "behøver ikke at oplyse dit navn.",
            "Residents and local enthusiasts talk about trust, being neighbours and feeling heard. Everyone is "
            "welcome, and you do not need to give your name.",
        ),
        Sample(
            "Suppe og samtale i gården",
            "Soup and conversation in the courtyard",
            "Vi spiser sammen og taler om, hvad der skal til, for at flere føler sig hjemme i kvarteret. Kom alene "
            "eller tag en nabo med.",
            "We eat together and talk about what it takes for more people to feel at home in the neighbourhood. "
            "Come alone or bring a neighbour.",
        ),
        Sample(
            "Spørg din nabo: en aften om at være uenige",
            "Ask your neighbour: an evening about disagreeing",
            "En aften med korte oplæg og samtale ved bordene om, hvordan man er uenig uden at blive uvenner.",
            "An evening with short talks and conversation at the tables about how to disagree without falling out.",
        ),
    ),
    "capacity_session": (
        Sample(
            "Bestyrelsen i arbejdstøjet: opgaver, økonomi og vedtægter",
            "The board gets to work: duties, finances and by-laws",
            "Et forløb på fire mødegange for en forenings bestyrelse med udgangspunkt i bestyrelsens egne ønsker. I "
            "arbejder med roller, regnskab og vedtægter og slutter med en fælles plan for det næste år.",
            "A course of four meetings for an association’s board, starting from the board’s own wishes. You work "
            "with roles, accounts and by-laws and end with a joint plan for the coming year.",
        ),
    ),
    "youth_workshop": (
        Sample(
            "Bag om skærmen: Gennemsku had og propaganda på nettet",
            "Behind the screen: See through hate and propaganda online",
            "Deltagerne undersøger virkemidler fra opslag, memes og videoer og øver sig i at reagere uden at puste til "
            "ilden. Workshoppen varer tre lektioner, og klassens lærer eller klubbens leder er med hele vejen.",
            "The participants study techniques from posts, memes and videos and practise reacting without fanning the "
            "flames. The workshop lasts three lessons, and the class teacher or club leader takes part throughout.",
        ),
    ),
    "open_workshop": (
        Sample(
            "Bag om skærmen: åben workshop for unge",
            "Behind the screen: open workshop for young people",
            "Hvorfor dukker det dér op i dit feed, og hvad vil de have dig til? Vi skiller opslag, memes og videoer ad "
            "og øver os i at svare uden at puste til ilden. Kom alene, eller tag en ven med; du behøver ikke vide noget "
            "på forhånd.",
            "Why does that turn up in your feed, and what do they want from you? We take posts, memes and videos apart "
            "and practise answering without fanning the flames. Come alone or bring a friend; you need not know "
            "anything beforehand.",
        ),
    ),
    "parent_activity": (
        Sample(
            "Når dit barn er imod det hele: aften for forældre",
            "When your child is against everything: an evening for parents",
            "En aften for forældre, søskende og andre pårørende om at holde samtalen åben med unge, der er i opposition "
            "til det meste. Der føres ikke deltagerliste, og du bestemmer selv, hvor meget du vil fortælle.",
            "An evening for parents, siblings and other relatives about keeping the conversation open with young people "
            "who are in opposition to most things. No list of participants is kept, and you decide yourself how much "
            "you want to tell.",
        ),
    ),
    "victim_narrative": (
        Sample(
            "Bagefter: en personlig fortælling om terror, sorg og dialog",
            "Afterwards: a personal story about terror, grief and dialogue",
            "En efterladt eller et vidne fortæller sin egen historie, og bagefter taler I om den i små grupper. Gruppen "
            "forberedes på forhånd, og der er altid en voksen, som man kan gå ud og tale med undervejs.",
            "A bereaved relative or a witness tells their own story, and afterwards you talk about it in small groups. "
            "The group is prepared beforehand, and there is always an adult to step out and talk with along the way.",
        ),
    ),
    "staff_talk": (
        Sample(
            "Tryg i den svære samtale: oplæg til personalemødet",
            "Confident in the difficult conversation: a talk for the staff meeting",
            "Et oplæg på halvanden time for lærere, pædagoger og andre frontmedarbejdere. I får viden om ekstremisme, et "
            "overblik over de tilbud, der findes, og tid til egne spørgsmål, uden at konkrete borgere bliver drøftet.",
            "A talk of an hour and a half for teachers, pedagogues and other frontline staff. You get knowledge about "
            "extremism, an overview of the services that exist and time for your own questions, without discussing "
            "individual citizens.",
        ),
    ),
    "theme_day": (
        Sample(
            "Temadag: Unge, fællesskaber og nettet",
            "Theme day: Young people, communities and the internet",
            "En hel dag med oplæg og øvelser for medarbejdere og frivillige, der møder unge i hverdagen. Dagen slutter "
            "med, at hver arbejdsplads eller forening skriver tre konkrete næste skridt ned.",
            "A full day of talks and exercises for staff and volunteers who meet young people in everyday life. The day "
            "ends with each workplace or association writing down three concrete next steps.",
        ),
    ),
    "citizenship_class": (
        Sample(
            "Din by, din stemme: medborgerskab i praksis",
            "Your city, your voice: citizenship in practice",
            "Deltagerne lærer, hvordan beslutninger bliver taget i kommunen, og hvordan man selv kan få indflydelse i "
            "foreninger, i råd og ved valg. Undervisningen foregår i lokalområdet og kræver ingen forkundskaber.",
            "The participants learn how decisions are made in the municipality and how to gain influence in "
            "associations, in councils and at elections. The teaching takes place in the local area and requires no "
            "prior knowledge.",
        ),
    ),
    "ambassador_course": (
        Sample(
            "Unge ambassadører: fra holdning til handling",
            "Young ambassadors: from opinion to action",
            "Ti unge øver sig over fem aftener i at fortælle, lytte og lede en samtale. Til sidst holder de deres eget "
            "oplæg for fagfolk eller for andre unge.",
            "Over five evenings, ten young people practise telling, listening and leading a conversation. At the end "
            "they give their own talk to professionals or to other young people.",
        ),
    ),
    "train_the_trainer": (
        Sample(
            "Lær fra dig: kursus for lokale ressourcepersoner",
            "Pass it on: a course for local resource persons",
            "Et kursus på to dage for frivillige og ansatte, der selv skal holde oplæg i deres lokalområde. Deltagerne "
            "får materialer med hjem og mødes til opfølgning efter seks måneder.",
            "A two-day course for volunteers and staff who are going to give talks in their own area. The participants "
            "take materials home and meet for follow-up after six months.",
        ),
    ),
    "inter_agency_course": (
        Sample(
            "Fælles sprog på tværs: kursus for politi, socialforvaltning og psykiatri",
            "A common language: a course for police, social services and psychiatry",
            "To dage om ekstremisme, sårbarhed og samarbejde for medarbejdere i de tre myndigheder. I portalen står der "
            "kun, at kurset er holdt, og hvor mange der deltog.",
            "Two days about extremism, vulnerability and cooperation for staff of the three authorities. The portal only "
            "records that the course was held and how many took part.",
        ),
    ),
    "pupil_talk": (
        Sample(
            "Dine rettigheder: oplæg om demokrati for elever",
            "Your rights: a talk about democracy for pupils",
            "Et oplæg på halvanden time om rettigheder, ytringsfrihed og hvad man kan gøre, når nogen går over stregen.",
            "A talk of an hour and a half about rights, freedom of speech and what you can do when somebody goes too far.",
        ),
    ),
}  # fmt: skip
