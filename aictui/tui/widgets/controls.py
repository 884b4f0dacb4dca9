"""What moves the ratio: a slider and a field that show one target, above the figures that matter most."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.message import Message
from textual.widgets import Input

from aictui.codec.settings import Target
from aictui.errors import UsageError
from aictui.metrics.base import Metric
from aictui.tui.figures import Figures
from aictui.tui.widgets.ratio_slider import RatioSlider
from aictui.tui.widgets.summary import Summary
from aictui.tui.widgets.target_field import TargetField


class Controls(Container):
    """Takes a target from the slider or as text; whoever serves it tells with `show_target` which one is in force."""

    DEFAULT_CSS = """
    Controls {
        height: 3; padding: 0 1;
        #row { height: 2; }
    }
    """

    class Aimed(Message):
        """Another target is wanted."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class Left(Message):
        """The field has done its work."""

    def __init__(self, target: Target) -> None:
        super().__init__(id="controls")
        self._target = target

    def compose(self) -> ComposeResult:
        """Slider and field above the figures."""
        with Horizontal(id="row"):
            yield RatioSlider(id="slider")
            yield TargetField(str(self._target), id="target")
        yield Summary()

    @property
    def field(self) -> TargetField:
        """Where a target is typed."""
        return self.query_one(TargetField)

    @property
    def target(self) -> Target:
        """What was asked for last, though that may not have been heard yet."""
        return self._target

    @property
    def summary(self) -> Summary:
        """The figures."""
        return self.query_one(Summary)

    def shut(self) -> None:
        """Take nothing more."""
        self.query_one("#row").disabled = True

    def show_target(self, target: Target) -> None:
        """Take the target that is in force now; what is being typed stays."""
        is_typed = self.field.has_focus and self.field.value != str(self._target)
        self._target = target
        if not is_typed:
            self.field.value = str(target)

    def show_metrics(self, metrics: tuple[Metric, ...]) -> None:
        """Show these metrics among the figures."""
        self.summary.metrics = metrics

    def show_figures(self, figures: Figures) -> None:
        """Show what is known of the target in force, and where it is on the slider."""
        self.summary.figures = figures
        ratio = self._target.value if self._target.kind == "ratio" else figures.ratio
        if ratio is not None:
            self.query_one(RatioSlider).ratio = ratio

    def say(self, state: str, *, failed: bool = False) -> None:
        """Say how things stand."""
        self.summary.state = state
        self.summary.set_class(failed, "-failed")

    @on(RatioSlider.Moved)
    def _slider_moved(self, event: RatioSlider.Moved) -> None:
        event.stop()
        target = Target("ratio", event.ratio)
        with self.prevent(Input.Changed):
            self.field.value = str(target)
        self._aim(target)

    @on(Input.Submitted)
    def _target_typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            try:
                target = Target.parse(event.value)
            except UsageError as error:
                self.summary.problem = f"✗ {error.title}"
                self.app.notify(str(error), title=error.title, severity="error", timeout=10, markup=False)
                return
            self._forget_problem()
            self._aim(target)
        self.post_message(self.Left())

    def _aim(self, target: Target) -> None:
        self._target = target
        self.post_message(self.Aimed(target))

    @on(Input.Blurred)
    def _target_left(self, event: Input.Blurred) -> None:
        """Show the target in force, unless the terminal loses the focus and will give it back."""
        if self.app.app_focus:
            event.input.value = str(self._target)
            self._forget_problem()

    def _forget_problem(self) -> None:
        """Say nothing more of a target that was none."""
        if self.summary.problem:
            self.summary.problem = ""
            self.app.clear_notifications()
