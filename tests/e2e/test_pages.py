"""Pages of the deployed stack in a real browser, Debian's Chromium; axe-core tells what is wrong with them.

Skipped where there is no Chromium. `PIDSTACK_PICTURES=docs/pictures` writes the pictures of the documentation.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from pidstack.local.stack import LocalStack
from tests.browsing import (
    CHROMIUM,
    CREATORS,
    DESKTOP,
    LANDING,
    PHONE,
    REASON,
    WITHIN_S,
    Download,
    Place,
    Visit,
    a_place,
    browser,
    visiting,
)
from tests.picture import keep

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on the path: apt-get install chromium")
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
# What has the focus, and whether that can be seen.
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect()
  const is_outlined = style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2
  return [at.textContent.trim() || at.id, is_outlined && box.width > 0 && box.top >= 0]
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = browser(playwright)
        yield started
        started.close()


@pytest.fixture(scope="module")
def place(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with a_place(stack, tmp_path_factory.mktemp("pages") / "stack.json") as made:
        yield made


@pytest.fixture(scope="module")
def sent(place: Place) -> dict[str, str]:
    """Headers that a recipient's browser sends."""
    return {"Crossref-Plus-API-Token": f"Bearer {place.token}"}


def looked_up(visit: Visit, name: str) -> None:
    """Put a name into the box of the home page."""
    visit.open("/")
    visit.page.get_by_label("Identifier", exact=True).fill(name)
    visit.page.get_by_role("button", name="Resolve").click()


# ------------------------------------------------------------------------------------------------------------------- what it does
@SCRIPTS
def test_the_box_leads_to_the_object_and_to_the_tombstone(chromium: Browser, place: Place, scripts: bool) -> None:
    with visiting(chromium, place, java_script_enabled=scripts) as visit:
        looked_up(visit, f" https://n2t.net/{place.found.replace('ark:/', 'ARK:').replace('fk4', 'fk4-')} ")
        visit.page.wait_for_url(place.landing)
        expect(visit.page).to_have_title(LANDING)

        looked_up(visit, place.gone.lower())
        expect(visit.page).to_have_title(f"No longer available: {place.gone}")
        main = visit.page.get_by_role("main")
        expect(main).to_contain_text(f"Reason: {REASON}")
        expect(main).to_contain_text("Lima, A., & Okafor, C. (2024)")
        expect(main.get_by_role("heading", level=1)).to_have_text("Tides and surges at forty harbours, 1931 to 2024")

        looked_up(visit, "10.5072/fk2nothing-is-here")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Not found")
        looked_up(visit, "<script>alert(1)</script>")
        expect(visit.page.get_by_role("alert")).to_contain_text("no identifier")
        expect(visit.page.get_by_label("Identifier", exact=True)).to_have_value("<script>alert(1)</script>")


@SCRIPTS
def test_an_identifier_has_a_citation_in_the_style_that_is_picked_and_files_to_take_away(
    chromium: Browser, place: Place, scripts: bool
) -> None:
    with visiting(chromium, place, java_script_enabled=scripts) as visit:
        visit.open(f"/view/{place.tides}")
        panel = visit.page.locator("[data-copy='the citation']")
        expect(panel).to_contain_text("Lima, A., & Okafor, C. (2024).")

        visit.page.get_by_label("Style").select_option(label="IEEE")
        visit.page.get_by_role("button", name="Show").click()
        expect(panel).to_contain_text("A. Lima and C. Okafor")
        expect(visit.page.get_by_label("Style")).to_have_value("ieee")

        with visit.page.expect_download() as taken:
            visit.page.get_by_role("link", name="BibTeX").click()
        assert "@misc" in Path(taken.value.path()).read_text(encoding="utf-8")
        forms = visit.page.locator("h2:text-is('Formats') + ul a")
        answers = [visit.page.request.get(forms.nth(number).get_attribute("href") or "") for number in range(forms.count())]
        assert {answer.status for answer in answers} == {200}
        assert len(answers) > 6


def test_buttons_copy_where_there_are_scripts_and_are_not_there_without(chromium: Browser, place: Place) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with visiting(chromium, place, permissions=allowed) as visit:
        visit.open(f"/view/{place.tides}")
        visit.page.get_by_role("button", name="Copy the citation").click()
        expect(visit.page.get_by_text("Copied")).to_be_visible()
        assert visit.page.evaluate("navigator.clipboard.readText()").startswith("Lima, A., & Okafor, C. (2024).")
    with visiting(chromium, place, java_script_enabled=False) as visit:
        visit.open(f"/view/{place.tides}")
        expect(visit.page.get_by_role("button")).to_have_count(1)


@SCRIPTS
def test_who_orders_a_file_sees_how_far_it_is_until_the_download_starts(chromium: Browser, place: Place, scripts: bool) -> None:
    other, wanted = (Download(place, f"{place.found}{what}{scripts}") for what in ("other", "wanted"))
    with visiting(chromium, place, java_script_enabled=scripts, color_scheme="light" if scripts else "dark") as visit:
        visit.page.goto(other.ordered())
        bar, main = visit.page.get_by_role("progressbar", name="Progress"), visit.page.get_by_role("main")
        expect(main).to_contain_text("Looking for what belongs into it.")
        other.half_done()
        expect(main).to_contain_text("21,000 of 50,000 records, 42 %")
        expect(bar).to_have_attribute("value", "42")
        keep(visit, "download", DESKTOP if scripts else PHONE)

        visit.page.goto(wanted.ordered())
        expect(visit.page).to_have_title("Your download is being made")
        with visit.page.expect_download() as taken:  # which the page asks for by itself
            wanted.begin()
        assert taken.value.suggested_filename.endswith(".csv.gz")
        assert Path(taken.value.path()).read_bytes()[:2] == b"\x1f\x8b"


def test_snapshots_are_listed_for_people(chromium: Browser, place: Place, sent: dict[str, str]) -> None:
    with visiting(chromium, place, java_script_enabled=False) as visit:
        deadline = time.monotonic() + WITHIN_S
        table = visit.page.get_by_role("region", name=f"Files of {place.day}").get_by_role("table")
        while visit.open("/snapshots") and table.count() == 0 and time.monotonic() < deadline:
            pass  # each round is a request
        expect(visit.page.get_by_role("heading", level=2, name=f"Daily, {place.day}")).to_be_visible()
        expect(table.get_by_role("row")).to_have_count(4)

        table.get_by_role("link", name="all.json.tar.gz").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("For subscribers")
    with visiting(chromium, place, extra_http_headers=sent) as visit:
        visit.open("/snapshots")
        with visit.page.expect_download() as taken:
            visit.page.get_by_role("link", name="datacite.tar").first.click()
        assert taken.value.suggested_filename == "datacite.tar"


# ------------------------------------------------------------------------------------------------------------------ for everybody
def test_axe_finds_nothing_serious_on_any_page(chromium: Browser, place: Place, sent: dict[str, str]) -> None:
    found = {}
    with visiting(chromium, place, viewport=PHONE) as visit:
        for name, path in place.pages().items():
            visit.open(path)
            for each in visit.page.locator("summary").all()[:2]:
                each.click()
            found[name] = visit.violations()
    with visiting(chromium, place, extra_http_headers=sent) as visit:
        visit.open("/archives")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Archives")
        found["archives of a recipient"] = visit.violations()

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_page_is_wider_than_a_phone_and_every_one_is_kept_to_what_it_is(chromium: Browser, place: Place) -> None:
    wide, loose = [], []
    with visiting(chromium, place, viewport={"width": 320, "height": 640}) as visit:
        for name, path in place.pages().items():
            answer = visit.open(path)
            headers = answer.all_headers()
            wide += [] if visit.is_narrow() else [name]
            is_kept = (
                "default-src 'none'" in headers.get("content-security-policy", "")
                and "unsafe" not in headers["content-security-policy"]
                and headers.get("x-content-type-options") == "nosniff"
                and headers.get("x-frame-options") == "DENY"
                and headers.get("referrer-policy") == "strict-origin-when-cross-origin"
            )
            loose += [] if is_kept and headers["content-type"] == "text/html; charset=utf-8" else [name]
    assert (wide, loose) == ([], [])


@SCHEMES
def test_all_can_be_reached_by_keyboard_and_it_shows_where_one_is(chromium: Browser, place: Place, scheme: Any) -> None:
    with visiting(chromium, place, color_scheme=scheme, reduced_motion="reduce") as visit:
        visit.open("/")
        stops = []
        for _ in range(7):
            visit.page.keyboard.press("Tab")
            stops.append(visit.page.evaluate(FOCUS))
        assert stops == [
            [name, True]
            for name in ("Skip to content", "pidstack", "Documentation", "Snapshots", "Health", "identifier", "Resolve")
        ]

        visit.open("/")
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("main")).to_be_focused()
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.type(place.found)
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(place.landing)


# ---------------------------------------------------------------------------------------------------------------- what means harm
def test_hostile_descriptions_are_text(chromium: Browser, place: Place) -> None:
    with visiting(chromium, place) as visit:
        visit.open(f"/view/{place.hostile}")
        title = visit.page.get_by_role("heading", level=1)
        expect(title).to_contain_text("<svg onload=alert(1)>")
        assert "\u202e" not in visit.page.content()
        assert visit.page.locator("main svg, main img, main script").count() == 0
        told = visit.page.evaluate("JSON.parse(document.querySelector('[type=\"application/ld+json\"]').textContent)")
        assert "<svg onload=alert(1)>" in told["name"]


def test_a_crowd_of_creators_and_a_target_that_is_a_script_do_no_harm(chromium: Browser, place: Place) -> None:
    with visiting(chromium, place) as visit:
        answer = visit.open(f"/view/{place.crowded}")
        expect(visit.page.get_by_text(f"and {CREATORS - 50:,} more")).to_be_visible()
        expect(visit.page.get_by_role("main")).to_contain_text("This identifier leads to this page")
        assert len(answer.body()) < 200_000
        assert visit.page.locator("[href^='javascript' i]").count() == 0

        looked_up(visit, place.crowded)
        visit.page.wait_for_url(f"**/view/{place.crowded}")


# -------------------------------------------------------------------------------------------------------- pictures to be looked at
@pytest.mark.skipif("PIDSTACK_PICTURES" not in os.environ, reason="pictures are made when PIDSTACK_PICTURES names a folder")
@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_pictures_of_the_documentation(chromium: Browser, place: Place, viewport: Any, scheme: Any) -> None:
    shown = {"home": "/", "documentation": "/docs", "snapshots": "/snapshots"}
    shown |= {"identifier": f"/view/{place.tides}", "tombstone": f"/tombstone/id/{place.gone}"}
    with visiting(chromium, place, color_scheme=scheme, viewport=viewport) as visit:
        for name, path in shown.items():
            visit.open(path)
            keep(visit, name, viewport)
