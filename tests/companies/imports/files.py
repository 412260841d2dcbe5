"""Files for the import tests: the samples, and small lists written on the spot."""

import io
import zipfile
from pathlib import Path

from openpyxl import Workbook

from broker.companies.imports.formats import detect_format
from broker.companies.imports.reader import read_rows
from broker.companies.imports.rows import CompanyRow, Refusal, Skipped

SAMPLES = Path(__file__).parents[2] / "samples"
BOLAGSVERKET = SAMPLES / "bolagsverket_bulkfil_sample.txt"
SCB = SAMPLES / "scb_bulkfil_JE_sample.txt"
# Valid numbers of the series kept for invented companies.
NUMBERS = ("5299304179", "5299326016", "5299111681", "5299562495", "5299328798")


def write(folder, content, name="lista.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def write_xlsx(folder, *rows, name="lista.xlsx", title="Lista"):
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    workbook.save(folder / name)
    return folder / name


def with_part(path, part, content):
    """Give a copy of an XLSX where one part is replaced or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    copy = path.with_name("copy.xlsx")
    copy.write_bytes(packed.getvalue())
    return copy


def read(path, **options):
    return list(read_rows(path, detect_format(path, path.name), **options))


def companies(results):
    return [result for result in results if isinstance(result, CompanyRow)]


def refusals(results):
    return [result for result in results if isinstance(result, Refusal)]


def skipped(results):
    return [result for result in results if isinstance(result, Skipped)]


def by_number(results):
    return {row.number.digits: row for row in companies(results)}
