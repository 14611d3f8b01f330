"""The npm files that browsers get: those of the allow-list and no others."""

from django.contrib.staticfiles import finders

from config.staticfiles import VENDOR_FILES, VendorFinder


def test_allowed_files_are_found_under_their_static_names():
    found = {name: finders.find(name) for name in VENDOR_FILES}
    assert {name: path.rpartition("node_modules/")[2] for name, path in found.items()} == VENDOR_FILES


def test_other_files_of_node_modules_are_not_found():
    assert finders.find("sortablejs/package.json") is None
    assert finders.find("vendor/../package.json", find_all=True) == []


def test_collecting_static_files_takes_them_all_and_readable():
    listed = dict(VendorFinder().list([]))
    assert sorted(listed) == sorted(VENDOR_FILES)
    for name, storage in listed.items():
        with storage.open(name) as file:
            assert file.read(2)
    assert dict(VendorFinder().list(["vendor/chart*"])).keys() == listed.keys() - {"vendor/chart.js"}


def test_a_missing_file_is_a_warning_with_the_way_out(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    assert [(warning.msg, warning.hint) for warning in VendorFinder().check()] == [
        (f"node_modules lacks {file}.", "Run `make setup`.") for file in VENDOR_FILES.values()
    ]
