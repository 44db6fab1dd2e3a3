# SPDX-License-Identifier: MIT
"""Puts a series under review in a git tree and runs b4's checks on it, as pressing "c" in "b4 review tui" does.

usage: review.py TREE MAILBOX CHANGE-ID, with the base of the series checked out in TREE. Prints the matrix of checks as JSON.
"""
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import b4
import b4.review
import b4.review.tracking
import b4.review_tui._common as common
import b4.review_tui._modals as modals
import liblore.utils

tree, mailbox, change_id = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(mailbox, 'rb') as file:
    msgs = liblore.utils.split_mbox(file.read())
os.chdir(tree)
b4.setup_config(SimpleNamespace(config={}))


def git(*args, **options):
    return subprocess.run(['git', *args], check=True, capture_output=True, text=True, **options).stdout.strip()


box = b4.LoreMailbox()
for msg in msgs:
    box.add_message(msg)
# Trailers that others gave would be looked up on the web.
series = box.get_series(codereview_trailers=False)
branch = f'b4/review/{change_id}'
if not b4.git_branch_exists(tree, branch):
    base = git('rev-parse', 'HEAD')
    git('checkout', '--quiet', '-b', 'applied')
    for patch in series.patches[1:]:
        subprocess.run(['git', 'am', '--quiet'], check=True, input=patch.msg.as_bytes())
    git('checkout', '--quiet', base)
    git('fetch', '--quiet', '.', 'applied')
    b4.review.create_review_branch(tree, branch, base, series, 'https://lore.kernel.org/r/0', 'https://lore.kernel.org/r/%s')
    b4.review.tracking._store_thread_blob(tree, change_id, msgs)


class Matrix:
    """What b4 would show."""

    def __init__(self, title, labels, subjects, tools, matrix):
        self.labels, self.subjects, self.tools, self.matrix = labels, subjects, tools, matrix


class Host(common.CheckRunnerMixin):
    """The parts of b4's application that a run of checks talks to."""

    _check_loading = None
    shown = None

    def __init__(self):
        self.app = SimpleNamespace(call_from_thread=lambda work, *args: work(*args))

    def notify(self, message, **_options):
        print(f'b4: {message}', file=sys.stderr)

    def push_screen(self, screen, **_options):
        self.shown = screen


modals.TrackingCheckResultsScreen = Matrix
common.worker_cancelled = lambda: False
first = series.patches[0] or series.patches[1]
host = Host()
host._fetch_and_check(first.msgid, series.subject, change_id=change_id, force=True)
if host.shown is None:
    sys.exit('b4 showed no results')
cells = [{'row': host.shown.labels[row], **result} for (row, _tool), result in sorted(host.shown.matrix.items())]
print(json.dumps({'rows': host.shown.labels, 'tools': host.shown.tools, 'cells': cells}, indent=2))
