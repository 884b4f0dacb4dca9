from aictui.tui.held_key import HeldKey


def test_presses_far_apart_are_taps():
    key = HeldKey()
    assert [key.press(now) for now in (1.0, 2.0, 3.5)] == [True, True, True]
    assert not key.is_held


def test_a_key_that_repeats_is_held():
    key = HeldKey()
    assert [key.press(now) for now in (1.0, 1.5, 1.53, 1.56)] == [True, False, False, False]
    assert key.is_held


def test_a_press_soon_after_letting_go_is_a_new_one():
    key = HeldKey()
    key.press(1.0)
    key.press(1.5)
    key.release()
    assert not key.is_held
    assert key.press(1.8)
