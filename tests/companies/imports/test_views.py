"""The pages of the import, as a browser meets them."""

import io
import zipfile
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"


def upload(client, content, file_name):
    return client.submit("/foretag/importera", file=(io.BytesIO(content), file_name))


def test_an_excel_list_shows_what_its_columns_mean(client):
    sent = upload(client, (SAMPLES / "naringslivsenhet_foretagslista.xlsx").read_bytes(), "lista.xlsx")

    page = client.get(sent.location)

    assert page.status_code == 200
    assert "Exempel Bergsund Plåt &amp; Svets AB" in page.text
    assert '<option selected value="number">Organisationsnummer' in page.text


def test_a_damaged_workbook_is_refused_when_it_is_uploaded(client):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")

    refused = upload(client, content.getvalue(), "lista.xlsx")

    assert refused.status_code == 422
    assert "Öppna den i Excel, spara den på nytt" in refused.text
