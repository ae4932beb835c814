import io

import pytest
from rich.console import Console

from jobsync.cli._demo.report import Row, print_report
from jobsync.cli._demo.verify import Verified

URL = "http://127.0.0.1:40123/api/storage/a7cd4bf9-8af9-467d-841d-9445d8ae0c7"


def report(width, *differences):
    rows = [
        Row(f"hubble_deep_field-{i:08}", "succeeded", 7, 8, 12, 0.5, Verified(4, 1000, f"{URL}{i}"))
        for i in range(9)
    ]
    rows[3].verified.differences += differences
    console = Console(file=io.StringIO(), width=width)
    print_report(console, rows, 9.87)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 80, 100, 139, 140, 200])
def test_every_address_is_whole_and_on_one_line_at_any_width(width):
    lines = report(width).splitlines()
    for i in range(9):
        assert sum(line.rstrip().endswith(f" {URL}{i}") for line in lines) == 1


def test_a_wide_terminal_has_the_address_in_the_row_of_its_job():
    (row,) = [line for line in report(160).splitlines() if "hubble_deep_field-00000005" in line]
    assert row.rstrip().endswith(f"{URL}5")


def test_at_80_columns_only_addresses_may_be_longer_than_a_line():
    assert all(len(line) <= 80 for line in report(80).splitlines() if URL not in line)


def test_the_totals_count_jobs_files_bytes_and_updates():
    text = report(80)
    assert "9 jobs, 36 files, 9.0 kB, 9.9 s in all" in text
    assert "108 updates, 63 of 72 stages" in text


def test_without_a_difference_the_verdict_is_good():
    assert "as it should be" in report(80)


def test_each_difference_is_named_with_its_job_and_the_verdict_counts_jobs():
    text = report(200, "cat.png: not in Convex", "type: told by the public view")
    assert "hubble_deep_field-00000003: cat.png: not in Convex" in text
    assert "hubble_deep_field-00000003: type: told by the public view" in text
    assert "1 of 9 jobs differ" in text
    assert "as it should be" not in text
