"""The table that joins requirements and tests."""

import pytest

from tests.requirements_table import read_requirements, table

REQUIREMENTS = {"jobs": {"JOB-01": "Rows", "JOB-02": "Retries"}, "words": {"DOC-01": "A README"}}


@pytest.mark.spec("DOC-03")
def test_table_names_the_tests_of_each_requirement_and_what_has_none():
    proofs = {"JOB-01": ["tests/b.py::two", "tests/b.py::one", "tests/a.py::one", "tests/b.py::two"]}
    proofs["DOC-01"] = [f"tests/{letter}.py::test" for letter in "edcba"]
    assert table(REQUIREMENTS, proofs).split("\n", 3)[3] == (
        "2 of 3 have tests.\n"
        "\n## Jobs\n\n"
        "| id | what | tests |\n| --- | --- | --- |\n"
        "| JOB-01 | Rows | `tests/a.py` (1), `tests/b.py` (2) |\n"
        "| JOB-02 | Retries | **none yet** |\n"
        "\n## Words\n\n"
        "| id | what | tests |\n| --- | --- | --- |\n"
        "| DOC-01 | A README | `tests/a.py` (1), `tests/b.py` (1), `tests/c.py` (1) and 2 more |\n"
    )


def test_a_mark_for_an_unknown_requirement_is_refused():
    with pytest.raises(KeyError, match="JOB-99"):
        table(REQUIREMENTS, {"JOB-99": ["tests/a.py::test"]})


def test_every_requirement_has_one_id_and_words():
    rows = [row for area in read_requirements().values() for row in area.items()]
    assert len({key for key, _ in rows}) == len(rows)
    assert all(len(words) > 10 for _, words in rows)
