from dataclasses import replace

import pytest
from textual.app import App
from textual.widgets import Input, OptionList, Static

from aictui.codec.settings import Settings
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.option_field import OptionField
from aictui.tui.widgets.pipeline import Pipeline
from tests.tui.components import CATALOG


class PipelineApp(App):
    def __init__(self):
        super().__init__()
        self.wanted = []

    def compose(self):
        yield Pipeline(Settings())

    def on_pipeline_changed(self, event):
        self.wanted.append(event.settings)

    async def on_mount(self):
        await self.query_one(Pipeline).offer(CATALOG)
        self.query_one("#menu-model").focus()


@pytest.fixture
async def pilot():
    async with PipelineApp().run_test(size=(60, 30)) as pilot:
        await pilot.pause()
        yield pilot


def menus(pilot):
    return {menu.id.removeprefix("menu-"): menu.chosen for menu in pilot.app.query("#menus Menu")}


async def test_the_menus_show_the_defaults_by_name(pilot):
    assert menus(pilot) == {
        "model": "photo",
        "chunker": "rgb16",
        "quantizer": "deadzone",
        "coder": "range",
        "tune": "psnr",
        "planes": "auto",
        "effort": "2",
    }


def test_a_model_says_what_it_is_for_or_else_what_it_can_do():
    summaries = {choice.id: choice.summary for choice in CATALOG.choices("model", Settings())}
    assert summaries["photo"] == (
        "256 latents a chunk; tuned for psnr or visual; planes, for files that are cut; trained on photos"
    )
    assert summaries["classic"] == "for bytes that can be counted"


async def test_another_model_brings_its_own_chunker(pilot):
    await pilot.press("right")
    assert menus(pilot)["model"] == "classic"
    assert menus(pilot)["chunker"] == "planes16"
    assert pilot.app.wanted[-1].model == "classic"
    assert pilot.app.query_one("#menu-tune").display is False
    assert pilot.app.query_one("#menu-planes").display is False


async def test_what_does_not_fit_is_disabled_with_the_reason(pilot):
    pilot.app.query_one("#menu-chunker").focus()
    await pilot.press("enter")
    options = pilot.app.screen.query_one(OptionList)
    apart = options.get_option("planes16")
    assert apart.disabled
    assert "✗" in str(apart.prompt)
    assert "trained on the chunks of rgb16" in str(apart.prompt)
    assert not options.get_option("rgb16").disabled
    await pilot.press("escape")
    assert menus(pilot)["chunker"] == "rgb16"


async def test_left_and_right_step_over_what_does_not_fit(pilot):
    pilot.app.query_one("#menu-coder").focus()
    await pilot.press("right", "right")
    assert menus(pilot)["coder"] == "range"
    assert pilot.app.wanted == []


async def test_a_coder_of_bytes_brings_the_quantizer_of_bytes_where_the_model_can(pilot):
    await pilot.press("right")
    pilot.app.query_one("#menu-coder").focus()
    await pilot.press("right")
    await pilot.pause()
    assert menus(pilot)["coder"] == "raw"
    assert menus(pilot)["quantizer"] == "int8"


async def test_the_tune_of_the_model_is_named_and_marked(pilot):
    summaries = {choice.id: choice.summary for choice in CATALOG.choices("tune", Settings())}
    assert summaries == {"psnr": "the smallest squared error; the model's default", "visual": "what people see"}


async def test_planes_and_effort_are_chosen_like_components(pilot):
    pilot.app.query_one("#menu-planes").focus()
    await pilot.press("right", "right")
    await pilot.pause()
    pilot.app.query_one("#menu-effort").focus()
    await pilot.press("right")
    await pilot.pause()
    assert (pilot.app.wanted[-1].planes, pilot.app.wanted[-1].effort) == (1, 3)
    pilot.app.query_one("#menu-planes").focus()
    await pilot.press("left", "left")
    await pilot.pause()
    assert pilot.app.wanted[-1].planes is None


async def test_planes_that_another_model_has_not_are_left_to_it(pilot):
    assert CATALOG.choose("model", "classic", Settings(planes=2)).planes is None
    assert CATALOG.choose("model", "classic", Settings(planes=0)).planes == 0


async def test_fewer_latents_can_be_kept(pilot):
    field = pilot.app.query(OptionField).first()
    assert field.option.describe() == "a whole number from 1 to 256"
    field.query_one(Input).value = "32"
    await pilot.pause()
    assert pilot.app.wanted[-1].latents == 32
    field.query_one(Input).value = "256"
    await pilot.pause()
    assert pilot.app.wanted[-1].latents is None


async def test_a_choice_from_the_list_is_taken(pilot):
    await pilot.press("enter", "down", "enter")
    await pilot.pause()
    assert menus(pilot)["model"] == "classic"


async def test_declared_options_are_fields_with_their_help(pilot):
    fields = pilot.app.query(OptionField)
    assert [field.option.name for field in fields] == ["latents", "zone", "loud", "mood"]
    helps = [str(field.query_one(".help", Static).render()) for field in fields]
    assert helps[1] == "how far past the middle (a number from 0 to 0.5)"


async def test_a_value_out_of_range_is_explained_and_not_taken(pilot):
    field = pilot.app.query(OptionField)[1]
    field.query_one(Input).value = "0.7"
    await pilot.pause()
    note = field.query_one(".help")
    assert "takes a number from 0 to 0.5" in str(note.render())
    assert note.has_class("wrong")
    assert pilot.app.wanted == []
    field.query_one(Input).value = "0.25"
    await pilot.pause()
    assert not note.has_class("wrong")
    assert pilot.app.wanted[-1].options == {"quantizer": {"zone": 0.25}}


async def test_a_value_out_of_range_makes_way_for_the_one_in_force_when_its_field_is_left(pilot):
    field = pilot.app.query(OptionField)[1]
    field.query_one(Input).focus()
    await pilot.press(*"9999")
    assert field.query_one(".help").has_class("wrong")
    pilot.app.query_one("#menu-model").focus()
    await pilot.pause()
    assert field.query_one(Input).value == "0.1"
    assert not field.query_one(".help").has_class("wrong")


async def test_every_kind_of_option_can_be_set_and_the_rest_is_kept(pilot):
    pilot.app.query(OptionField)[2].query_one(Menu).action_cycle(1)
    await pilot.pause()
    pilot.app.query(OptionField)[3].query_one(Menu).action_cycle(1)
    await pilot.pause()
    assert pilot.app.wanted[-1].options == {"quantizer": {"loud": True, "mood": "wild"}}


async def test_another_component_drops_the_options_of_the_old_one(pilot):
    pilot.app.query(OptionField)[1].query_one(Input).value = "0.25"
    await pilot.pause()
    await pilot.press("right")
    pilot.app.query_one("#menu-quantizer").focus()
    await pilot.press("right")
    await pilot.pause()
    assert pilot.app.wanted[-1].quantizer == "int8"
    assert pilot.app.wanted[-1].options == {}
    assert [field.option.name for field in pilot.app.query(OptionField)] == ["latents"]


async def test_a_component_that_was_uninstalled_makes_way_for_the_usual_one(pilot):
    pipeline = pilot.app.query_one(Pipeline)
    other = next(name for name in CATALOG.quantizers if name != "deadzone")
    await pipeline.use(Settings(quantizer=other, options={"quantizer": {}, "coder": {}}))
    await pipeline.restock(CATALOG)
    assert menus(pilot)["quantizer"] == other
    await pipeline.restock(replace(CATALOG, quantizers={"deadzone": CATALOG.quantizers["deadzone"]}))
    await pilot.pause()
    assert menus(pilot)["quantizer"] == "deadzone"
    assert pilot.app.wanted[-1] == Settings(options={"coder": {}})


def test_what_is_chosen_is_named_though_it_is_the_usual_one():
    chosen = CATALOG.choose("coder", "range", Settings(coder="raw"))
    assert chosen.coder == "range"  # or a preset of it would give way to other defaults
