import sys
import threading

import pytest

from aictui.printing import plugins_print_aside, prints_aside


def test_what_a_plugin_prints_goes_to_standard_error_and_all_else_stays(capsys: pytest.CaptureFixture[str]) -> None:
    with plugins_print_aside():
        print("before")
        with prints_aside():
            with prints_aside():
                print("from a plugin")
            sys.stdout.write("from it still\n")
            other = threading.Thread(target=print, args=("from another thread",))
            other.start()
            other.join()
        print("after")
    captured = capsys.readouterr()
    assert captured.out.splitlines() == ["before", "from another thread", "after"]
    assert captured.err.splitlines() == ["from a plugin", "from it still"]


def test_standard_output_is_itself_again_afterwards() -> None:
    before = sys.stdout
    with pytest.raises(KeyError), plugins_print_aside():
        raise KeyError
    assert sys.stdout is before


def test_a_program_that_uses_aictui_has_its_standard_output_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with prints_aside():
        print("as ever")
    assert capsys.readouterr().out == "as ever\n"
