"""What a demo holds while it runs, and what a second one must not take from it."""

from pathlib import Path

import pytest

from local.demo import DemoError, held, main


def test_a_second_demo_leaves_the_files_of_the_first_alone(tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    with held(folder):
        (folder / "ready.json").write_text("{}")
        with pytest.raises(DemoError, match="another demo runs"), held(folder):
            pass
        assert (folder / "ready.json").exists()
    assert not folder.exists()


def test_a_demo_begins_without_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "state").touch()
    (tmp_path / "ready.json").touch()

    with held(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_what_was_logged_stays_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        (tmp_path / "emulator.log").touch()
        raise RuntimeError

    with pytest.raises(RuntimeError), held(tmp_path):
        fail()

    assert (tmp_path / "emulator.log").exists()


@pytest.mark.parametrize(("name", "value"), [("PORT", "abc"), ("PORT", "70000"), ("DEMO_INSTANCES", "0")])
def test_a_setting_that_is_wrong_is_told_and_touches_nothing(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("local.demo.FOLDER", tmp_path)
    monkeypatch.setenv(name, value)
    (tmp_path / "ready.json").touch()

    assert main() == 1
    assert f"{name} is '{value}': give a whole number" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "ready.json").exists()
