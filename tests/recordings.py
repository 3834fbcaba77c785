"""Recorded queues of a real city, which are no part of the project: without them, what needs them is skipped."""

import pytest

from tests.support import ROOT

RECORDINGS = ROOT.parent / "shared" / "data" / "warsaw_queues.csv.gz"
"""Beside the checkout."""

needs_recordings = pytest.mark.skipif(not RECORDINGS.is_file(), reason="the recordings are not here")
