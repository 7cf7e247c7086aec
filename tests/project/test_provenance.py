"""A page says when and with what it was made."""

import re
import subprocess

from chest_xray.project.provenance import LIBRARIES, provenance


def test_a_commit_is_named_and_whether_files_differ_from_it(tmp_path):
    alone = provenance(tmp_path)
    assert (alone.commit, alone.changed) == ("", False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", alone.date)
    assert set(alone.versions) == {"Python", *LIBRARIES}
    assert alone.cores > 0

    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", "-C", tmp_path, *who, *arguments], check=True, capture_output=True)

    (tmp_path / "file").write_text("one")
    git("init")
    git("add", "file")
    git("commit", "-m", "one")
    kept = provenance(tmp_path)
    assert re.fullmatch("[0-9a-f]{10}", kept.commit)
    assert not kept.changed
    (tmp_path / "file").write_text("two")
    assert provenance(tmp_path).changed
