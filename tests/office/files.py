"""Finds LibreOffice on the machine and lets it open our files; says loudly when there is none."""

import shutil
import subprocess
from pathlib import Path

NAMES = ("soffice", "libreoffice")
MAC = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
SECONDS = 180


def find_office():
    """Give the path of LibreOffice, or None."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.exists() else None)


def converted(files, folder, *, to):
    """Let LibreOffice open files without a window, compute them anew and save them in another kind.

    Starting it takes longer than all the rest, so that it is given all files at once.
    """
    for name, content in files.items():
        (folder / name).write_bytes(content)
    out = folder / "made"
    profile = (folder / "profile").as_uri()
    command = [find_office(), "--headless", f"-env:UserInstallation={profile}", "--convert-to", to]
    command += ["--outdir", str(out), *(str(folder / name) for name in files)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    ending = to.partition(":")[0]
    return {name: out / f"{Path(name).stem}.{ending}" for name in files}


def main():
    found = find_office()
    if found is None:
        print("\n*** NO LIBREOFFICE: the tests in tests/office will NOT be run. Install it and run again. ***\n")
    else:
        print(f"LibreOffice: {found}")


if __name__ == "__main__":
    main()
