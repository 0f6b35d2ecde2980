"""Made-up reports: what a renderer may meet, from the ordinary to the hostile."""

import math

from healthcheck.report import (
    Curvature,
    Curve,
    Experiment,
    Feature,
    FeatureRanges,
    Finding,
    Layer,
    LayerSignal,
    LayerTrace,
    Pictures,
    RangeTest,
    Remedy,
    Report,
    RuleOutcome,
    Run,
    Source,
    Subject,
    UnitShare,
    Verdict,
)

HOSTILE = (
    "<script>alert(1)</script> $x_$ \x1b[31mred\x1b[0m \u202egnp.exe [bold]b[/bold] \"'&{{ 7 * 7 }} 层 \x07"
)


def report(verdict: Verdict, *subjects: Subject) -> Report:
    return Report(
        versions={"healthcheck": "0.1.0", "keras": "3.15.1", "tensorflow": "2.21.0", "python": "3.11.9"},
        device="2 CPU cores",
        command="healthcheck --seed 0 --seeds 3 examples/circles_sigmoid.py",
        settings={
            "budget": 60.0,
            "seed": 0,
            "seeds": 3,
            "select": [],
            "rules": {"dead-units": {"max_dead": 0.5}},
        },
        verdict=verdict,
        subjects=list(subjects),
        seconds=12.345,
    )


def rules(**statuses: str) -> list[RuleOutcome]:
    reasons = {
        "not_applicable": "no layer has an activation that can be zero over a region",
        "inconclusive": "the budget of 60 s ran out after 4 epochs; at least 10 are needed",
    }
    return [
        RuleOutcome(
            rule=name.replace("_", "-"),
            family="gradients" if "gradient" in name else "learning",
            status=status,
            reason=reasons.get(status, ""),
        )
        for name, status in statuses.items()
    ]


def course(name: str, start: float, end: float, epochs: int = 100) -> Curve:
    values = [
        end + (start - end) * math.exp(-epoch / 20) * (1 + 0.05 * math.sin(epoch)) for epoch in range(epochs)
    ]
    return Curve(
        name=name,
        steps=[epoch * 25 for epoch in range(epochs)],
        epochs=[float(e) for e in range(epochs)],
        values=values,
    )


def trace(name: str, scale: float, steps: int = 100) -> LayerTrace:
    wave = [scale * (1 + 0.3 * math.sin(step / 5 + scale)) for step in range(steps)]
    return LayerTrace(
        layer=name,
        steps=[step * 25 for step in range(steps)],
        gradient_norm=wave,
        gradient_mean=[value * math.cos(step) for step, value in enumerate(wave)],
        gradient_std=[value / 2 for value in wave],
        weight_mean=[scale * math.cos(step / 30) for step in range(steps)],
        weight_std=[0.5 + scale * step / steps for step in range(steps)],
        update_ratio=[value / 100 for value in wave],
    )


def experiment(helped: bool = True) -> Experiment:
    steps = list(range(0, 2501, 100))
    runs = [
        Run(
            seed=seed,
            steps=steps,
            before=[0.69 - 0.004 * seed - step * 1e-6 for step in steps],
            after=[0.65 * math.exp(-step / (600 + 100 * seed)) + 0.04 for step in steps],
            skill_before=0.0,
            skill_after=0.94,
        )
        for seed in range(3)
    ]
    return Experiment(
        before=0.693,
        after=0.0412 if helped else 0.681,
        skill_before=0.0,
        skill_after=0.94 if helped else 0.02,
        gain=0.94 if helped else 0.02,
        gain_low=0.91 if helped else -0.06,
        gain_high=0.97 if helped else 0.1,
        seeds=[0, 1, 2],
        better_on=3 if helped else 1,
        steps=2500,
        helped=helped,
        runs=runs,
    )


RELU = Remedy(
    name="use ReLU with He initialization",
    code='keras.layers.Dense(5, activation="relu", kernel_initializer="he_uniform")',
)


def line(number: int, code: str) -> Source:
    return Source(file="examples/circles_sigmoid.py", line=number, code=code)


def sick_subject() -> Subject:
    hidden = {"dense": (12, 3.1e-5), "dense_1": (13, 0.00042), "dense_2": (14, 0.0061)}
    vanishing = [
        Finding(
            rule="vanishing-gradients",
            status="fail",
            cause=True,
            layer=layer,
            source=line(number, 'model.add(layers.Dense(5, activation="sigmoid"))'),
            message=f"the gradient reaching layer '{layer}' is {measured} of the largest",
            measured=measured,
            limit=0.01,
            remedy=RELU,
            experiment=experiment(),
        )
        for layer, (number, measured) in hidden.items()
    ]
    fit = line(21, "model.fit(x, y, epochs=100, validation_data=(xv, yv))")
    others = [
        Finding(
            rule="training-too-short",
            status="warn",
            source=fit,
            message="training and validation loss are still falling at the end of the 100 planned epochs",
            measured=0.12,
            limit=0.05,
            remedy=Remedy(name="train for more epochs", code="model.fit(x, y, epochs=400)"),
            experiment=experiment(helped=False),
        ),
        Finding(
            rule="gradient-noise",
            status="info",
            message="a batch size between 16 and 128 fits the noise of the gradient; the script uses 32",
        ),
        Finding(
            rule="loss-not-decreasing",
            status="fail",
            consequence_of="vanishing-gradients",
            source=fit,
            message="after 2,500 steps the loss is no better than that of the best constant prediction",
            measured=0.693,
            limit=0.68,
        ),
    ]
    names = ["dense", "dense_1", "dense_2", "dense_3"]
    return Subject(
        name="sequential",
        target="examples/circles_sigmoid.py",
        verdict="unhealthy",
        source=fit,
        summary=(
            "The model does not learn, because the gradient vanishes on its way through three sigmoid "
            "layers; with ReLU and He initialization it learns."
        ),
        rules=rules(
            vanishing_gradients="fail",
            loss_not_decreasing="fail",
            training_too_short="warn",
            gradient_noise="info",
            gradient_mismatch="pass",
            input_ignored="pass",
            dead_units="not_applicable",
            overfitting="inconclusive",
        ),
        findings=[others[0], others[1], *vanishing, others[2]],
        notes=["The script failed after the fit: line 30, NameError: name 'plt' is not defined."],
        plan="100 epochs of 25 steps were planned; all 2,500 steps were taken from 3 seeds.",
        seeds=[0, 1, 2],
        layers=[
            Layer(
                path=name, kind="Dense", parameters=30, activation="sigmoid", source=line(12 + index, "...")
            )
            for index, name in enumerate(names)
        ],
        data=[
            Feature(
                name="x",
                shape=[500, 2],
                dtype="float32",
                minimum=-1.2,
                maximum=1.3,
                mean=0.01,
                std=0.58,
                non_finite=0,
            ),
            Feature(
                name="y", shape=[500], dtype="int64", minimum=0, maximum=1, mean=0.5, std=0.5, non_finite=0
            ),
        ],
        pictures=Pictures(
            curves=[
                course("loss", 0.72, 0.692),
                course("val_loss", 0.74, 0.694),
                course("accuracy", 0.48, 0.53),
                course("val_accuracy", 0.47, 0.5),
            ],
            constant_loss=0.6931,
            stops={"best": 61.0, "GL": 80.0, "PQ": 85.0, "UP": 90.0},
            layers=[trace(name, 10.0 ** (index - 4)) for index, name in enumerate(names)],
            units=[
                UnitShare(
                    layer=name, saturated_before=0.2 * index, saturated_after=0.3 * index, dead_after=0.0
                )
                for index, name in enumerate(names)
            ],
        ),
        seconds=12.3,
    )


def healthy_subject() -> Subject:
    return Subject(
        name="sequential",
        target="examples/circles_relu.py",
        verdict="healthy",
        source=Source(file="examples/circles_relu.py", line=21, code="model.fit(x, y, epochs=100)"),
        summary="The model learns: loss 0.042 after 2,500 steps, skill 0.94 on 3 of 3 seeds.",
        rules=rules(vanishing_gradients="pass", gradient_mismatch="pass", dead_units="not_applicable"),
        plan="100 epochs of 25 steps were planned; all 2,500 steps were taken from 3 seeds.",
        seeds=[0, 1, 2],
        pictures=Pictures(curves=[course("loss", 0.7, 0.042)], constant_loss=0.6931),
        seconds=4.0,
    )


def unchecked_subject() -> Subject:
    place = Source(file="train.py", line=8, code='frame = pandas.read_csv("customers.csv")')
    message = "the script raised FileNotFoundError: [Errno 2] No such file or directory: 'customers.csv'"
    return Subject(
        name="train.py",
        target="train.py",
        verdict="not_checked",
        source=place,
        summary=f"Not checked: {message}.",
        rules=[RuleOutcome(rule="not-checkable", family="run", status="error", reason=message)],
        findings=[Finding(rule="not-checkable", status="error", cause=True, source=place, message=message)],
    )


def hostile_subject() -> Subject:
    place = Source(file=HOSTILE, line=1, code=f"{HOSTILE}\n{HOSTILE}")
    remedied = Remedy(name=HOSTILE, code=f"{HOSTILE}\n    {HOSTILE}")
    return Subject(
        name=HOSTILE,
        target=HOSTILE,
        verdict="unhealthy",
        source=place,
        summary=HOSTILE * 5,
        rules=[RuleOutcome(rule=HOSTILE, family=HOSTILE, status="inconclusive", reason=HOSTILE)],
        findings=[
            Finding(
                rule=HOSTILE,
                status="fail",
                cause=True,
                layer=HOSTILE,
                source=place,
                message="x" * 300,
                remedy=remedied,
                experiment=experiment(),
            )
        ],
        notes=[HOSTILE],
        plan=HOSTILE,
        layers=[Layer(path=HOSTILE, kind=HOSTILE, parameters=0, activation=HOSTILE, source=place)],
        data=[
            Feature(name=HOSTILE, shape=[1], dtype=HOSTILE, minimum=0, maximum=0, mean=0, std=0, non_finite=1)
        ],
        pictures=Pictures(
            curves=[course("loss", 1, 0), course(HOSTILE, 1, 0)],
            stops={HOSTILE: 3.0},
            layers=[trace(HOSTILE, 1.0), trace(HOSTILE * 20, 2.0)],
            units=[UnitShare(layer=HOSTILE, dead_before=0.5)],
        ),
    )


def broken_subject() -> Subject:
    """Everything that is a number is none, is beyond bounds, or has the wrong length."""
    odd = [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0.0]
    nothing = [math.nan] * 7
    curves = [
        Curve(name="loss", steps=list(range(7)), epochs=odd, values=odd),
        Curve(name="val_loss", steps=[1], epochs=[], values=odd),
        Curve(name="accuracy", steps=list(range(7)), epochs=[0.0] * 7, values=nothing),
        Curve(name="zero", steps=list(range(7)), epochs=[0.0] * 7, values=[0.0] * 7),
        Curve(name="empty", steps=[], epochs=[], values=[]),
        Curve(name="single", steps=[1], epochs=[1.0], values=[2.0]),
    ]
    layers = [
        LayerTrace(
            layer=f"layer_{index}",
            steps=list(range(7)),
            gradient_norm=[0.0] * 7,
            gradient_mean=odd,
            gradient_std=nothing,
            weight_mean=[1e308, -1e308],
            weight_std=[5e-324] * 7,
            update_ratio=[] if index else odd,
        )
        for index in range(2)
    ]
    run = Run(
        seed=0, steps=list(range(7)), before=odd, after=nothing, skill_before=math.nan, skill_after=math.inf
    )
    tried = Experiment(
        before=math.nan, after=math.inf, skill_before=-math.inf, skill_after=math.nan,
        seeds=[0], better_on=0, steps=1, helped=False, runs=[run],
    )  # fmt: skip
    return Subject(
        name="broken",
        target="broken.py",
        verdict="unhealthy",
        summary="The loss is NaN from the first step.",
        findings=[
            Finding(
                rule="r", status="fail", message="m", measured=math.nan, limit=math.inf, experiment=tried
            ),
        ],
        data=[
            Feature(
                name="x",
                shape=[],
                dtype="f",
                minimum=-math.inf,
                maximum=math.inf,
                mean=math.nan,
                std=1e308,
                non_finite=3,
            )
        ],
        pictures=Pictures(
            curves=curves,
            constant_loss=math.inf,
            stops={"best": math.nan, "GL": 1e308},
            layers=layers,
            units=[UnitShare(layer="l", dead_before=math.nan, dead_after=math.inf, saturated_before=-1.0)],
            signals=[
                LayerSignal(
                    layer=f"layer_{index}",
                    activation_std_start=value,
                    activation_std_end=math.nan,
                    signal_rms_start=value,
                    signal_rms_end=-value,
                )
                for index, value in enumerate(odd)
            ],
            features=FeatureRanges(
                layer="l",
                features=7,
                numbers=list(range(1, 8)),
                low=odd,
                high=odd[::-1],
                standardized_low=nothing,
                standardized_high=odd,
            ),
            classes={"y": {}, "validation y": {"never": 0}},
            range_test=RangeTest(rates=odd, losses=odd[::-1], rate=math.nan),
            curvature=Curvature(largest_eigenvalue=1e308, stable_rate=5e-324, rate=math.inf),
        ),
        seconds=math.nan,
    )


def deep_subject(depth: int = 500) -> Subject:
    """As many layers as real networks have, and all of them ill."""
    names = [f"block_{index // 10}/conv_{index}" for index in range(depth)]
    made = Source(file="resnet.py", line=40, code="x = layers.Conv2D(64, 3)(x)")
    return Subject(
        name="resnet",
        target="resnet.py",
        verdict="unhealthy",
        source=Source(file="resnet.py", line=90, code="model.fit(data)"),
        summary="The model does not learn, because the gradient vanishes.",
        findings=[
            Finding(
                rule="vanishing-gradients",
                status="fail",
                cause=True,
                layer=name,
                source=made.model_copy(update={"line": 40 + index // 10}),
                message="the gradient is 1e-9 of the largest",
                measured=1e-9,
                limit=1e-4,
                remedy=RELU,
                experiment=experiment(),
            )
            for index, name in enumerate(names)
        ],
        layers=[Layer(path=name, kind="Conv2D", parameters=36928, source=made) for name in names],
        pictures=Pictures(
            curves=[course("loss", 2.3, 2.29, 2000)],
            layers=[trace(name, 10.0 ** (index / depth * 8 - 8), 400) for index, name in enumerate(names)],
            units=[UnitShare(layer=name, dead_before=0.1, dead_after=0.9) for name in names],
            signals=[
                LayerSignal(
                    layer=f"{name}/{part}",
                    activation_std_start=0.99**index,
                    activation_std_end=1.01**index,
                    signal_rms_start=10.0 ** (index / depth * 8 - 8),
                    signal_rms_end=10.0 ** (index / depth * 4 - 4),
                )
                for index, name in enumerate(names)
                for part in ("kernel", "norm", "relu")
            ],
        ),
    )


def pictured_subject() -> Subject:
    """Everything that can be drawn, once."""
    names = [f"dense_{index}" for index in range(6)]
    rates = [10 ** (-5 + index / 4) for index in range(21)]
    return healthy_subject().model_copy(
        update={
            "pictures": Pictures(
                curves=[course("loss", 0.7, 0.042), course("val_loss", 0.7, 0.09)],
                layers=[trace(name, 10.0 ** (index - 5)) for index, name in enumerate(names)],
                signals=[
                    LayerSignal(
                        layer=name,
                        activation_std_start=0.9**index,
                        activation_std_end=1.1**index,
                        signal_rms_start=10.0 ** (index - 6) if index else math.nan,
                        signal_rms_end=10.0 ** (index - 5) if index else math.nan,
                    )
                    for index, name in enumerate(names)
                ],
                features=FeatureRanges(
                    layer="dense_0",
                    features=3,
                    numbers=[1, 2, 3],
                    low=[-1.0, 0.0, 18.0],
                    high=[1.0, 255.0, 90_000.0],
                    standardized_low=[-1.7, -1.2, -0.8],
                    standardized_high=[1.7, 1.9, 3.1],
                ),
                classes={"y": {"cat": 900, "dog": 90, HOSTILE: 10}, "validation y": {"cat": 5}},
                range_test=RangeTest(
                    rates=rates, losses=[0.7 - rate if rate < 0.3 else 3 * rate for rate in rates], rate=0.001
                ),
                curvature=Curvature(largest_eigenvalue=40.0, stable_rate=0.05, rate=0.1),
            )
        }
    )


REPORTS = {
    "sick": report("unhealthy", sick_subject()),
    "healthy": report("healthy", healthy_subject()),
    "not_checked": report("not_checked", unchecked_subject()),
    "hostile": report("unhealthy", hostile_subject()),
    "broken": report("unhealthy", broken_subject()),
    "several": report("not_checked", sick_subject(), healthy_subject(), unchecked_subject()),
    "nothing": report("not_checked"),
    "deep": report("unhealthy", deep_subject()),
    "pictured": report("healthy", pictured_subject()),
}
