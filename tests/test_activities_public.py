"""The public list and the activity's page: who finds what, in which language."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from justhtml import JustHTML

from portal.activities.rules import RegistrationMode, State, Visibility
from portal.associations.models import District
from portal.database import db
from tests.make import audience_of, district_of, make_activity, type_of
from tests.page import PageClient
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("noon")
SOON = datetime(2026, 11, 28, 16, tzinfo=UTC)


def titles(client: PageClient, address: str) -> list[str]:
    """The titles on a list page, in order."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [node.to_text().strip() for node in JustHTML(answer.text, sanitize=False).query(".activity-title a")]


def test_the_list_has_what_is_coming_the_nearest_first(client: PageClient) -> None:
    make_activity(title_da="Senere", starts_at=SOON + timedelta(days=2))
    make_activity(title_da="Først", starts_at=SOON)
    make_activity(title_da="Forbi", starts_at=datetime(2026, 11, 1, 16, tzinfo=UTC))
    assert titles(client, "/da/activities") == ["Først", "Senere"]


def test_drafts_closed_and_unlisted_ones_are_nowhere(client: PageClient) -> None:
    hidden = [
        make_activity(state=State.DRAFT, title_da="Kladde"),
        make_activity(visibility=Visibility.CLOSED, title_da="Lukket"),
        make_activity(visibility=Visibility.UNLISTED, title_da="Skjult", link_key="the-key"),
    ]
    assert titles(client, "/da/activities") == []
    for address in ("/calendar/da.ics", "/sitemap.xml", "/da/activities?q=skjult"):
        text = client.get(address).text
        assert "Skjult" not in text
        assert f"/{hidden[2].id}-" not in text
    for activity in hidden[:2]:
        assert (
            client.get(f"/da/activities/{activity.id}-{'kladde' if activity is hidden[0] else 'lukket'}").status_code
            == 404
        )
        assert client.get(f"/da/activities/{activity.id}-unlisted-key").status_code == 404
        assert client.get(f"/da/activities/{activity.id}-unlisted-key.ics").status_code == 404


def test_an_unlisted_activity_needs_its_key(client: PageClient) -> None:
    activity = make_activity(visibility=Visibility.UNLISTED, title_da="Skjult", link_key="the-key")
    for wrong in ("skjult", "the-kez", "THE-KEY", "nøgle"):
        assert client.get(f"/da/activities/{activity.id}-{wrong}").status_code == 404
        assert client.get(f"/da/activities/{activity.id}-{wrong}.ics").status_code == 404
    page = client.get(f"/en/activities/{activity.id}-the-key")
    assert page.status_code == 200
    assert "noindex" in page.text
    assert "ld+json" not in page.text
    assert f"/en/activities/{activity.id}/sign-up?key=the-key" in page.text
    assert client.get(f"/da/activities/{activity.id}-the-key.ics").status_code == 200


def test_called_off_is_shown_until_its_time_is_past(client: PageClient) -> None:
    activity = make_activity(
        state=State.CALLED_OFF, title_da="Aflyst møde", called_off_da="Salen er lukket.", starts_at=SOON
    )
    make_activity(state=State.CALLED_OFF, title_da="Aflyst forbi", starts_at=datetime(2026, 11, 2, 16, tzinfo=UTC))
    assert titles(client, "/da/activities?from=2026-01-01") == ["Aflyst møde"]
    page = client.get(f"/da/activities/{activity.id}-aflyst-moede").text
    assert "Salen er lukket." in page
    assert "/sign-up" not in page


@pytest.mark.parametrize("q", ["ÆBLEGRØD", "æblegrød", "Æblegrød på åen", "grød ÅEN", "PÅ  æble"])
def test_words_are_found_in_any_case_in_both_languages(client: PageClient, q: str) -> None:
    make_activity(title_da="Æblegrød på Åen", title_en="Porridge")
    make_activity(title_da="Noget andet", title_en="Else")
    assert titles(client, f"/da/activities?q={q}") == ["Æblegrød på Åen"]
    assert titles(client, f"/en/activities?q={q}") == ["Porridge"]


def test_words_are_found_in_descriptions_and_after_a_change(client: PageClient) -> None:
    activity = make_activity(title_da="Titel", description_en="About RØDGRØD")
    assert titles(client, "/da/activities?q=rødgrød") == ["Titel"]
    activity.description_en = "About something else"
    db.session.commit()
    assert titles(client, "/da/activities?q=rødgrød") == []
    assert titles(client, "/da/activities?q=100%25") == []
    assert titles(client, "/da/activities?q=_") == []
    assert client.get("/da/activities?q=%00%ff%F0").status_code == 200
    assert client.get("/da/activities?q=" + "x" * 5000).status_code == 200


def test_filters(client: PageClient) -> None:
    make_activity("youth_workshop", title_da="Unge", district_id=district_of("valby").id)
    parents = make_activity("parent_activity", title_da="Forældre", starts_at=SOON + timedelta(days=30))
    parents.other_audiences = [audience_of("residents")]
    db.session.commit()
    assert titles(client, "/da/activities?type=youth_workshop") == ["Unge"]
    assert titles(client, "/da/activities?district=valby") == ["Unge"]
    assert titles(client, "/da/activities?audience=parents") == ["Forældre"]
    assert titles(client, "/da/activities?audience=residents") == ["Forældre"]
    assert titles(client, "/da/activities?from=2026-12-01") == ["Forældre"]
    assert titles(client, "/da/activities?to=1.12.2026") == ["Unge"]
    assert titles(client, "/da/activities?type=youth_workshop&audience=parents") == []


def test_a_day_includes_its_evening(client: PageClient) -> None:
    make_activity(title_da="Aften", starts_at=datetime(2026, 11, 28, 22, 30, tzinfo=UTC))  # 23.30 in Copenhagen
    assert titles(client, "/da/activities?from=2026-11-28&to=2026-11-28") == ["Aften"]
    assert titles(client, "/da/activities?from=2026-11-29") == []


@pytest.mark.parametrize(
    "query",
    [
        "type=nonsense",
        "district=%27",
        "audience=1",
        "from=2026-02-31",
        "to=abc",
        "from=0001-01-01",
        "from=2026-12-02&to=2026-12-01",
    ],
)
def test_what_makes_no_sense_is_left_out_with_a_note(client: PageClient, query: str) -> None:
    make_activity(title_da="Her", starts_at=datetime(2026, 12, 24, 16, tzinfo=UTC))
    assert titles(client, f"/da/activities?{query}") == ["Her"]
    assert "alert-info" in client.get(f"/da/activities?{query}").text


def test_the_empty_list_says_so_and_has_a_way_out(client: PageClient) -> None:
    assert client.get("/en/activities").status_code == 200
    page = client.get("/en/activities?q=nothing").text
    assert "empty" in page
    assert 'href="/en/activities"' in page


def test_twenty_a_page(client: PageClient) -> None:
    for n in range(45):
        make_activity(title_da=f"Nr {n:02}", starts_at=SOON + timedelta(hours=n))
    assert titles(client, "/da/activities") == [f"Nr {n:02}" for n in range(20)]
    assert titles(client, "/da/activities?page=3&q=nr") == [f"Nr {n:02}" for n in range(40, 45)]
    assert titles(client, "/da/activities?page=99999999999999999999") == [f"Nr {n:02}" for n in range(20)]
    assert titles(client, "/da/activities?page=99") == [f"Nr {n:02}" for n in range(40, 45)]
    for page in ("0", "-1", "x", "²"):
        assert len(titles(client, f"/da/activities?page={page}")) == 20
    assert "q=nr" in client.get("/da/activities?q=nr").text.split('rel="next"')[1][:200]


@pytest.mark.parametrize("address", ["/da/activities", "/calendar/da.ics", "/sitemap.xml", "/da/"])
def test_as_many_queries_for_thirty_rows_as_for_one(client: PageClient, address: str) -> None:
    every = [d.id for d in db.session.scalars(db.select(District))]
    make_activity(district_id=every[0])
    client.get(address)
    with count_queries() as one:
        client.get(address)
    for n in range(30):
        kind = ("youth_workshop", "parent_activity", "theme_day")[n % 3]
        make_activity(kind, district_id=every[n % 10], starts_at=SOON + timedelta(hours=n))
    with count_queries() as many:
        client.get(address)
    assert one.number == many.number


def test_a_wrong_slug_leads_to_the_right_one(client: PageClient) -> None:
    activity = make_activity(title_da="Når dit barn er imod", title_en="When your child is against")
    answer = client.get(f"/da/activities/{activity.id}-wrong")
    assert (answer.status_code, answer.location) == (301, f"/da/activities/{activity.id}-naar-dit-barn-er-imod")
    english = client.get(f"/en/activities/{activity.id}-naar-dit-barn-er-imod")
    assert english.location == f"/en/activities/{activity.id}-when-your-child-is-against"


@pytest.mark.parametrize("number", ["0", "999999", "2147483648", "99999999999999999999999"])
def test_an_unknown_activity_is_not_found(client: PageClient, number: str) -> None:
    assert client.get(f"/da/activities/{number}-x").status_code == 404
    assert client.get(f"/da/activities/{number}-x.ics").status_code == 404


def test_the_page_tells_all_a_participant_needs(client: PageClient) -> None:
    activity = make_activity(
        starts_at=datetime(2026, 12, 3, 16, tzinfo=UTC),
        venue="Kulturhuset",
        address="Testvej 1, 2500 Valby",
        wheelchair="yes",
        languages="da,ar",
        district_id=district_of("valby").id,
        description_da="Vi **øver** os.",
    )
    page = client.get(f"/en/activities/{activity.id}-behind-the-screen").text
    text = JustHTML(page, sanitize=False).query("main")[0].to_text()
    for part in (
        "Thursday 3 December 2026, 17:00-19:00",
        "Kulturhuset",
        "Testvej 1, 2500 Valby",
        "Valby",
        "Arabic",
        "28",
    ):
        assert part in text
    assert "<strong>øver</strong>" in page
    assert f'href="/en/activities/{activity.id}-behind-the-screen.ics"' in page
    assert f'href="/en/activities/{activity.id}/sign-up"' in page
    assert "vink@vink.example" in page


def test_a_missing_language_falls_back_visibly(client: PageClient) -> None:
    activity = make_activity(title_da="Kun på dansk", title_en="", description_da="Kun dansk tekst", description_en="")
    page = client.get(f"/en/activities/{activity.id}-kun-paa-dansk").text
    assert '<span lang="da">Kun på dansk</span>' in page
    assert page.count("other-language") >= 2
    assert 'lang="da"' in client.get("/en/activities").text


@pytest.mark.parametrize("mode", [RegistrationMode.OPEN, RegistrationMode.ARRANGED])
def test_without_sign_up_there_is_no_button(client: PageClient, mode: RegistrationMode) -> None:
    activity = make_activity(mode=mode)
    page = client.get(f"/en/activities/{activity.id}-behind-the-screen").text
    assert "/sign-up" not in page
    assert "mailto:vink@vink.example" in page


def test_search_engines_read_the_event_and_nothing_breaks_out_of_it(client: PageClient) -> None:
    activity = make_activity(title_da="Hej </script><script>alert(1)</script> & co", venue="Salen", title_en="Other")
    page = client.get(f"/da/activities/{activity.id}-x", follow_redirects=True).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    event = json.loads(found[0])
    assert event["@type"] == "Event"
    assert event["name"] == "Hej </script><script>alert(1)</script> & co"
    assert event["startDate"].endswith("+01:00")
    assert event["url"].startswith("https://portal.example/da/activities/")
    assert "<script>alert" not in page
    document = JustHTML(page, sanitize=False)
    links = {node.attrs.get("hreflang"): node.attrs["href"] for node in document.query("link[rel=alternate]")}
    assert links["en"] == f"https://portal.example/en/activities/{activity.id}-other"
    assert set(links) == {"da", "en", "x-default"}
    assert document.query("link[rel=canonical]")[0].attrs["href"] == event["url"]


def test_a_called_off_event_says_so_to_search_engines(client: PageClient) -> None:
    activity = make_activity(state=State.CALLED_OFF)
    page = client.get(f"/en/activities/{activity.id}-behind-the-screen").text
    assert "https://schema.org/EventCancelled" in page


def test_the_sitemap_names_both_languages_and_is_well_formed(client: PageClient) -> None:
    from xml.etree import ElementTree

    activity = make_activity()
    answer = client.get("/sitemap.xml")
    root = ElementTree.fromstring(answer.data)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    places = [node.text for node in root.findall("s:url/s:loc", names)]
    assert f"https://portal.example/da/activities/{activity.id}-bag-om-skaermen" in places
    assert f"https://portal.example/en/activities/{activity.id}-behind-the-screen" in places
    assert "https://portal.example/en/about" in places
    assert "Sitemap: https://portal.example/sitemap.xml" in client.get("/robots.txt").text


def test_types_shown_are_those_in_use(client: PageClient) -> None:
    assert type_of("forum_meeting").name_en.replace("'", "&#39;") in client.get("/en/activities").text
