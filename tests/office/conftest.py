"""What a spreadsheet and a word processor make of our files: with LibreOffice, which a machine may lack."""

from tests.office.files import find_office


def pytest_collection_modifyitems(config, items):
    """Leave the tests out, loudly, on a machine without LibreOffice."""
    mine = [item for item in items if "tests/office" in str(item.path)]
    if mine and find_office() is None:
        items[:] = [item for item in items if item not in mine]
        config.hook.pytest_deselected(items=mine)
        config.get_terminal_writer().line(f"\n*** NO LIBREOFFICE: {len(mine)} office tests were NOT run ***", red=True)
