import math
import re
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import pytest
from reports import (
    HOSTILE,
    broken_subject,
    deep_subject,
    experiment,
    hostile_subject,
    pictured_subject,
    sick_subject,
    trace,
)

from healthcheck.render.canvas import DEPTHS, HEATS, INKS
from healthcheck.render.data_plots import MAX_CLASSES, balances, data_plots, rate_plots
from healthcheck.render.layer_plots import (
    MAX_KEYS,
    MAX_LAYERS,
    drawn_layers,
    heat_plot,
    layer_legend,
    profile_plots,
    trace_plots,
)
from healthcheck.render.lines import Line, Panel, svg
from healthcheck.render.phrasing import number
from healthcheck.render.plots import curve_plots, experiment_plot
from healthcheck.report import Curvature, Curve, Pictures

POINTS = 6000


def paths(source: str, ink: str) -> list[str]:
    shapes = ElementTree.fromstring(source).iter("path")
    return [shape.get("d", "") for shape in shapes if shape.get("stroke") == f"var(--plot-{ink})"]


def drawn(values: list[float], **options) -> str:
    return svg(
        Panel([Line(list(range(len(values))), values, "train")], "step", "", **options), "words", POINTS
    )


def test_pictures_that_are_absent_are_skipped():
    assert curve_plots(Pictures(), POINTS) == []
    assert trace_plots(sick_subject().model_copy(update={"pictures": Pictures()}), POINTS) == []
    assert layer_legend([]) == []
    assert heat_plot(sick_subject().model_copy(update={"pictures": Pictures()})) is None
    assert profile_plots(Pictures(), POINTS) == rate_plots(Pictures(), POINTS) == data_plots(Pictures()) == []
    assert experiment_plot(experiment().model_copy(update={"runs": []}), POINTS) is None


def test_training_and_validation_share_a_plot_with_the_constant_loss_and_the_stops():
    loss, accuracy = curve_plots(sick_subject().pictures, POINTS)
    assert [key.text for key in loss.legend] == [
        "training",
        "validation",
        "best constant prediction (0.693)",
        "best epoch 61",
        "GL stops at 80",
        "PQ stops at 85",
        "UP stops at 90",
    ]
    assert accuracy.title == "Accuracy"
    assert "Training: from 0.72 to 0.692" in loss.numbers
    assert f"Loss. {loss.numbers}" in ElementTree.fromstring(loss.svg).attrib["aria-label"]


def test_a_validation_curve_without_its_twin_is_drawn_alone():
    alone = Curve(name="val_auc", steps=[0, 1], epochs=[0.0, 1.0], values=[0.5, 0.6])
    (plot,) = curve_plots(Pictures(curves=[alone]), POINTS)
    assert [key.text for key in plot.legend] == ["validation"]


def test_each_seed_of_an_experiment_has_a_line_without_and_one_with_the_remedy():
    plot = experiment_plot(experiment(), POINTS)
    assert plot is not None
    assert len(paths(plot.svg, "before")) == len(paths(plot.svg, "after")) == 3
    assert plot.numbers == (
        "Loss after 2,500 steps 0.693 to 0.0412 (skill 0.00 to 0.94), better on 3 of 3 seeds; skill gained: 0.94, 95% interval 0.91 to 0.97."
    )


def test_layers_are_colored_by_depth_from_the_first_to_the_last():
    keys = layer_legend(sick_subject().pictures.layers)
    assert [key.text for key in keys] == ["dense", "dense_1", "dense_2", "dense_3"]
    assert (keys[0].ink, keys[-1].ink) == ("depth-0", f"depth-{DEPTHS - 1}")


def test_many_layers_are_thinned_but_those_with_findings_stay():
    deep = deep_subject()
    ill = deep.pictures.layers[237].layer
    findings = [deep.findings[0].model_copy(update={"layer": ill})]
    deep = deep.model_copy(update={"findings": findings})
    plot = trace_plots(deep, POINTS)[0]
    lines = [path for ink in INKS if ink.startswith("depth") for path in paths(plot.svg, ink)]
    assert len(lines) == MAX_LAYERS
    assert 237 in drawn_layers(deep)
    assert len(layer_legend(deep.pictures.layers)) == MAX_KEYS


def test_a_spike_survives_thinning():
    values = [1.0] * 5000
    values[2345] = 100.0
    heights = [
        float(pair.split()[1]) for pair in paths(drawn(values), "train")[0].replace("M", "L").split("L")[1:]
    ]
    assert len(heights) <= 203
    assert min(heights) < max(heights) - 100


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, math.nan, math.inf])
@pytest.mark.parametrize("logarithmic", [True, False])
def test_a_curve_of_one_extreme_value_is_drawn_without_a_warning(value, logarithmic):
    assert drawn([value] * 3, logarithmic=logarithmic).startswith("<svg")


def test_a_value_between_gaps_is_a_dot():
    assert len(paths(drawn([math.nan, 1.0, math.nan, 2.0, 3.0]), "train")) == 2


def test_a_logarithmic_axis_leaves_out_zero_and_labels_two_powers_of_ten():
    source = drawn([0.0, 0.03, 0.05], logarithmic=True)
    labels = {text.text for text in ElementTree.fromstring(source).iter("text")}
    assert {"0.01", "0.1"} <= labels


def test_a_heat_map_goes_from_the_palest_to_the_darkest_shade_and_gives_the_ends_in_words():
    sick = sick_subject()
    plot = heat_plot(sick)
    assert plot is not None
    shapes = [shape.get("fill") for shape in ElementTree.fromstring(plot.svg).iter("path")]
    assert {"var(--plot-heat-0)", f"var(--plot-heat-{HEATS - 1})"} <= set(shapes)
    assert plot.table is not None
    assert [row[0] for row in plot.table.rows] == ["dense", "dense_1", "dense_2", "dense_3"]
    first, last = (
        number(layer.gradient_norm[0]) for layer in sick.pictures.layers[:: len(plot.table.rows) - 1]
    )
    assert plot.numbers.startswith(f"First step, from the first layer to the last: {first} to {last};")


def test_a_heat_map_needs_two_layers_and_a_number():
    one = sick_subject().pictures.layers[:1]
    dead = [trace("a", 0.0), trace("b", 0.0)]
    for layers in (one, dead):
        subject = sick_subject().model_copy(update={"pictures": Pictures(layers=layers)})
        assert heat_plot(subject) is None


def test_a_step_in_which_a_layer_had_no_gradient_is_a_hole_in_the_heat_map():
    whole, holed = trace("a", 1.0), trace("a", 1.0)
    holed = holed.model_copy(update={"gradient_norm": [*holed.gradient_norm[:50], *[0.0] * 50]})
    ends, words = [], []
    for first in (whole, holed):
        layers = [first, trace("b", 1e-3)]
        plot = heat_plot(sick_subject().model_copy(update={"pictures": Pictures(layers=layers)}))
        assert plot is not None
        (darkest,) = (
            shape.get("d", "")
            for shape in ElementTree.fromstring(plot.svg).iter("path")
            if shape.get("fill") == f"var(--plot-heat-{HEATS - 1})"
        )
        words.append("Empty where there was no gradient." in plot.numbers)
        ends.append(max(float(pair.split()[0]) for pair in re.findall(r"[\d.]+ [\d.]+", darkest)))
    assert ends[1] < ends[0] - 50
    assert words == [False, True]


def test_a_layer_keeps_its_number_where_no_signal_came_back_to_the_one_before_it():
    _, back, _ = profile_plots(pictured_subject().pictures, POINTS)
    assert back.numbers.startswith("At the start: smallest 1e-5 (dense_1), largest 0.1 (dense_5).")
    assert back.table is not None
    assert back.table.rows[0] == ["dense_1", "1e-5", "0.0001"]
    assert {text.text for text in ElementTree.fromstring(back.svg).iter("text")} >= {"2", "6"}


def test_the_range_test_marks_the_rate_of_the_user():
    tested, _ = rate_plots(pictured_subject().pictures, POINTS)
    assert [key.text for key in tested.legend] == ["loss", "rate of this model 0.001"]
    assert tested.numbers == "Lowest loss 0.522 at a rate of 0.178. The rate of this model is 0.001."
    assert len(paths(tested.svg, "text")) == 1


def test_the_factor_of_a_step_is_one_at_the_stable_rate():
    curvature = Curvature(largest_eigenvalue=40.0, stable_rate=0.05, rate=0.05)
    (plot,) = rate_plots(Pictures(curvature=curvature), POINTS)
    assert plot.table is not None
    assert plot.table.rows[4] == ["0.05", "1"]


def test_features_are_drawn_as_they_arrive_and_standardized():
    (plot,) = data_plots(pictured_subject().pictures)
    assert len(paths(plot.svg, "before")) == len(paths(plot.svg, "after")) == 3
    assert plot.numbers == (
        "3 features at layer 'dense_0': as they arrive, from -1 to 90,000; standardized, from -1.7 to 3.1."
    )


def test_classes_are_shown_with_their_shares_and_very_many_are_counted():
    (cats,) = balances({"y": {"cat": 90, "dog": 10}, "nothing": {}})
    assert [(one.label, one.share) for one in cats.classes] == [("cat", 0.9), ("dog", 0.1)]
    (many,) = balances({"y": {str(label): 1 for label in range(1000)}})
    assert (len(many.classes), many.left_out) == (MAX_CLASSES, 1000 - MAX_CLASSES)


def test_a_plot_offers_some_of_its_numbers_as_a_table():
    loss, _ = curve_plots(sick_subject().pictures, POINTS)
    assert loss.table is not None
    assert loss.table.head == ["epoch", "training", "validation"]
    assert (loss.table.rows[0], len(loss.table.rows)) == (["0", "0.72", "0.74"], 9)


def test_the_lines_say_their_names_and_the_drawing_its_scales():
    source = ElementTree.fromstring(curve_plots(sick_subject().pictures, POINTS)[0].svg)
    assert [g.get("data-name") for g in source.iter("g") if g.get("data-name")] == ["training", "validation"]
    *ends, scale = source.attrib["data-y"].split()
    assert scale == "linear"
    assert [float(end) for end in ends] == pytest.approx([0.69, 0.7424], abs=0.002)


def test_reports_full_of_nan_and_infinity_are_drawn():
    subject = broken_subject()
    assert all(plot.numbers for plot in curve_plots(subject.pictures, POINTS))
    assert trace_plots(subject, POINTS)
    assert profile_plots(subject.pictures, POINTS)
    assert data_plots(subject.pictures)
    assert len(rate_plots(subject.pictures, POINTS)) == 2
    assert all(experiment_plot(f.experiment, POINTS) for f in subject.findings if f.experiment)


def test_epochs_and_stops_beyond_bounds_are_drawn_without_a_warning():
    epochs = [math.nan, math.inf, -1e308, 1e308, 1.0]
    curve = Curve(name="loss", steps=list(range(5)), epochs=epochs, values=[1.0] * 5)
    (plot,) = curve_plots(Pictures(curves=[curve], stops={"GL": 1e308, "PQ": math.inf}), POINTS)
    assert [key.text for key in plot.legend] == ["training"]


def test_names_are_text_and_no_formula_wherever_they_are_shown():
    plots = curve_plots(hostile_subject().pictures, POINTS) + trace_plots(hostile_subject(), POINTS)
    labels = [ElementTree.fromstring(plot.svg).attrib["aria-label"] for plot in plots]
    assert any("<script>alert(1)</script> $x" in label for label in labels)
    assert not any("<script" in plot.svg or "\x1b" in plot.svg for plot in plots)
    assert len(HOSTILE * 20) > max(len(key.text) for key in layer_legend(hostile_subject().pictures.layers))


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = matplotlib.rcParams.copy()
    drawn([1.0, 2.0])
    assert matplotlib.rcParams.copy() == before


def test_drawing_needs_no_pyplot():
    loaded = "import sys, healthcheck.render.html; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_the_settings_of_matplotlib_do_not_change_a_drawing():
    expected = drawn([1.0, 2.0])
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9}):
        assert drawn([1.0, 2.0]) == expected
