"""Reads PDFs with ours and its peers in turn, and writes what that cost and how much of the text came out.

reading.py OURS PYTHON BOOK OUTPUT [SHARED]: the service's program, a Python with pdfplumber, the book that book.py made, the
JSON to write, the folder with the shared documents. Each reading is a process of its own, as in the service; its start
is counted. The measures are medians of ROUNDS rounds (default 3).
"""

import collections
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
ROUNDS = int(os.environ.get("ROUNDS", "3"))
# What the service gives a child (app-images/documents/src/args.rs), with time for slow machines.
CAGE = ["--memory-bytes", str(400 << 20), "--cpu-secs", "60"]

Run = collections.namedtuple("Run", "text seconds cpu_seconds peak_mib")


def readers(ours, python):
    """Name → the command that reads a file; ours takes it on standard input."""
    return {
        "ours": lambda path: [ours, "extract", *CAGE],
        "pdftotext": lambda path: ["pdftotext", "-q", "-enc", "UTF-8", path, "-"],
        "pdfium": lambda path: [python, HERE / "peer.py", "pdfium", path],
        "pdfplumber": lambda path: [python, HERE / "peer.py", "pdfplumber", path],
    }


def run(name, command, path):
    start = time.monotonic()
    with open(path, "rb") as file:
        child = subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        told = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    told = told.decode(errors="replace")
    text = pages_of_ours(told) if name == "ours" else told
    return Run(text, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def pages_of_ours(told):
    messages = [json.loads(line) for line in told.splitlines()]
    return "\n".join(message["page"]["text"] for message in messages if "page" in message)


def words(text):
    return collections.Counter(re.findall(r"\w+", text.lower()))


def recall(text, truth):
    expected = words(truth)
    return (expected & words(text)).total() / expected.total()


def row(measure, unit, better, values):
    """A row of target/bench/*.json (DESIGN, 3)."""
    ours = values.pop("ours")
    ratio = {name: round(ours / value, 3) for name, value in values.items() if value}
    peers = {name: round(value, 3) for name, value in values.items()}
    return {"measure": measure, "unit": unit, "better": better, "ours": round(ours, 3), "peers": peers, "ratio": ratio}


def rounds_of_book(commands, book):
    """Name → its runs; the readers take turns, so that a busy moment of the machine meets all of them."""
    runs = collections.defaultdict(list)
    for number in range(ROUNDS):
        for name, command in commands.items():
            print(f"      round {number + 1}/{ROUNDS}: {name}", flush=True)
            runs[name].append(run(name, command(book), book))
    return runs


def book_rows(commands, book):
    pages = len(re.findall(rb"/Type /Page ", pathlib.Path(book).read_bytes()))
    runs = rounds_of_book(commands, book)
    median = lambda of: {name: statistics.median(map(of, each)) for name, each in runs.items()}
    title = f"book of {pages} pages"
    return [
        row(f"{title}: pages a second", "pages/s", "higher", median(lambda run: pages / run.seconds)),
        row(f"{title}: pages for a second of processor time", "pages/s", "higher", median(lambda run: pages / run.cpu_seconds)),
        row(f"{title}: most memory", "MiB", "lower", median(lambda run: run.peak_mib)),
    ]


def shared_rows(commands, shared):
    """Files with a true text: how many of its words come out, averaged over the files; and all of them in what time."""
    manifest = (shared / "MANIFEST.tsv").read_text().splitlines()[1:]
    rows = [line.split("\t") for line in manifest]
    files = [(fields[0], int(fields[5]), shared / fields[9]) for fields in rows if fields[7] == "text" and fields[9]]
    pages = sum(count for _, count, _ in files)
    recalls, seconds = collections.defaultdict(list), collections.defaultdict(float)
    for file, _, truth in files:
        for name, command in commands.items():
            path = shared / "files" / file
            result = run(name, command(path), path)
            recalls[name].append(recall(result.text, truth.read_text()))
            seconds[name] += result.seconds
    means = {name: statistics.mean(each) for name, each in recalls.items()}
    speeds = {name: pages / spent for name, spent in seconds.items()}
    title = f"{len(files)} documents with a true text"
    return [
        row(f"{title}: words found, mean of the documents", "share", "higher", means),
        row(f"{title}: pages a second, a process for each document", "pages/s", "higher", speeds),
    ]


def main(ours, python, book, output, shared=None):
    commands = readers(ours, python)
    rows = book_rows(commands, book)
    if shared:
        rows += shared_rows(commands, pathlib.Path(shared))
    pathlib.Path(output).write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    for each in rows:
        print(f"      {each['measure']} ({each['unit']}): ours {each['ours']}, {each['peers']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
