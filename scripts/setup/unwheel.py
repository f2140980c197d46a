"""Takes the parts of a Python wheel that a C++ program needs.

    unwheel.py extract WHEEL TARGET PREFIX...   writes every member whose name begins with a prefix
    unwheel.py extra WHEEL NAME                 prints the requirements of an extra, one a line

Reading a member to its end checks it against the checksum that the archive keeps, so a broken download shows.
Only the standard library is used, and nothing newer than Python 3.6.
"""

import os
import shutil
import sys
import zipfile


def extract(wheel, target, prefixes):
    taken = set()
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            prefix = next((p for p in prefixes if member.filename.startswith(p)), None)
            if prefix is None or member.is_dir():
                continue
            parts = member.filename.split("/")
            if ".." in parts or os.path.isabs(member.filename):
                raise ValueError("a member would be written outside the target: " + member.filename)
            place = os.path.join(target, *parts)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with archive.open(member) as source, open(place, "wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            taken.add(prefix)
    absent = [p for p in prefixes if p not in taken]
    if absent:
        raise ValueError("the wheel holds no " + ", ".join(absent))


def requirements(wheel, extra):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode("utf-8").splitlines()
    for line in lines:
        if not line.startswith("Requires-Dist: "):
            continue
        requirement, _, condition = line[len("Requires-Dist: "):].partition(";")
        if condition.replace('"', "'").strip() == "extra == '%s'" % extra:
            print(requirement.strip())


def main(arguments):
    if arguments[0] == "extract":
        extract(arguments[1], arguments[2], arguments[3:])
    elif arguments[0] == "extra":
        requirements(arguments[1], arguments[2])
    else:
        raise ValueError("unknown command " + arguments[0])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, OSError, zipfile.BadZipFile, StopIteration) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
