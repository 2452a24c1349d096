"""The models of `generateContent` in `imagen-fake models`."""

import json
from datetime import date

from click.testing import CliRunner

from imagen_fake import spec
from imagen_fake.cli.content_report import content_overview, content_summary
from imagen_fake.cli.main import main

LATEST = "gemini-3.1-flash-image"


def test_each_model_has_a_row_and_says_where_it_is_until_when() -> None:
    heading, *rows = content_overview().splitlines()
    assert [row.split()[0] for row in rows] == list(spec.content_model_ids())
    assert heading.split()[:4] == ["model", "ratios", "sizes", "locations"]
    (row,) = (row for row in rows if row.split()[0] == LATEST)
    assert " 512 1K 2K 4K  global us eu" in row
    assert row.endswith(content_summary(LATEST)["gemini"])


def test_a_day_says_how_each_stood() -> None:
    assert "not before" in content_summary(LATEST, date(2026, 1, 1))["gemini"]
    assert content_summary(LATEST, date(2027, 1, 1))["gemini"].startswith("gone since ")


def test_one_model_is_told_by_id_with_its_facts() -> None:
    text = CliRunner().invoke(main, ["models", LATEST])
    title = spec.read(f"content/models/{LATEST}.json")["title"]
    assert text.output.splitlines()[0] == f"{LATEST}: {title}"
    found = json.loads(CliRunner().invoke(main, ["models", LATEST, "--json"]).output)
    assert found["lifeCycle"] == spec.read(f"content/models/{LATEST}.json")["lifeCycle"]


def test_json_lists_them_after_imagens() -> None:
    listed = json.loads(CliRunner().invoke(main, ["models", "--json"]).output)
    assert [one["id"] for one in listed] == list(spec.all_model_ids())
