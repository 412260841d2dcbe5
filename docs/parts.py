"""Lists what a release is made of: every library, front-end file and font, with versions and licences (CycloneDX)."""

import json
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from pip_requirements_parser import RequirementsFile

from broker import __version__

ROOT = Path(__file__).parents[1]
# What is built from each is committed under broker/static/vendor; the others of the front end only build and test.
SERVED = ("@fontsource-variable/source-sans-3", "@tabler/icons", "bootstrap", "htmx.org")
# The letters of documents: they are files of ours, with their licence beside them.
FONTS = ("DejaVu Sans", "2.37", "Bitstream-Vera")
# Says it in the file of its licence alone.
READ = {"huey": "MIT"}


def main():
    target = Path(sys.argv[1]) / f"broker-{__version__}.cdx.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(JsonV1Dot6(parts()).output_as_string(indent=2), encoding="utf-8")
    print(target)


def parts():
    """Give the list of a release: what the lock file pins for an installation, and what pages and documents carry."""
    bom = Bom()
    ours = LicenseExpression("EUPL-1.2")
    bom.metadata.component = part("broker", __version__, ours, kind=ComponentType.APPLICATION)
    for line in RequirementsFile.from_file(ROOT / "requirements.lock").requirements:
        (pin,) = line.specifier
        library = part(line.name, pin.version, licence_of(line.name), system="pypi")
        if line.marker:
            library.properties.add(Property(name="broker:installed-where", value=str(line.marker)))
        bom.components.add(library)
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in SERVED:
        package = packages[f"node_modules/{name}"]
        bom.components.add(part(name, package["version"], LicenseExpression(package["license"]), system="npm"))
    font, version, licence = FONTS
    bom.components.add(part(font, version, LicenseExpression(licence), kind=ComponentType.FILE))
    bom.register_dependency(bom.metadata.component, bom.components)
    return bom


def part(name, version, licence, *, system=None, kind=ComponentType.LIBRARY):
    namespace, _sign, short = name.rpartition("/")
    return Component(
        name=name,
        version=version,
        type=kind,
        bom_ref=f"{name}@{version}",
        purl=PackageURL(system, namespace or None, short, version) if system else None,
        licenses=[licence] if licence else (),
    )


def licence_of(name):
    """Give what a library says of its licence: in the standard's own words, or else in its own."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        # Pinned for another system than this one.
        return None
    if expression := said.get("License-Expression", READ.get(name)):
        return LicenseExpression(expression)
    classes = [line for line in said.get_all("Classifier") or () if line.startswith("License ::")]
    called = classes[0].rpartition(":: ")[2] if classes else said.get("License")
    return DisjunctiveLicense(name=called) if called else None


if __name__ == "__main__":
    main()
