"""The file of what is meant to differ between a program and the one that it is compared with.

It begins with what it is for. Then come reasons, `## ` before each of their rows, and behind each
reason the lines that it holds for: `=== LINE`, and below it how what the two make of it differs.
"""
import re

# The reason of what was written down and not yet looked at.
NONE = "?\n"


def read(path, entry):
    """What the file says before its first reason, and what is listed of each line.

    `entry` makes that of a reason and the rows from the line on; it has a `line` and a `reason`.
    """
    with open(path, encoding="utf-8") as file:
        head, *parts = re.split(r"^(?=## )", file.read(), flags=re.M)
    found, reason = {}, ""
    # A reason may have several rows, and then each of them is a part.
    for part in parts:
        row, *texts = re.split(r"^=== ", part, flags=re.M)
        reason += row.removeprefix("##").strip() + "\n"
        for text in texts:
            one = entry(reason, text.rstrip("\n") + "\n")
            found[one.line] = one
        if texts:
            reason = ""
    return head, found


def write(path, head, entries):
    """Writes the file anew; each entry's `text()` is its rows, from the line on."""
    groups = {}
    for entry in entries:
        groups.setdefault(entry.reason, []).append(entry)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + "\n".join(
            "".join(f"## {row}\n" for row in reason.splitlines())
            + "".join(f"=== {entry.text()}" for entry in group)
            for reason, group in groups.items()))
