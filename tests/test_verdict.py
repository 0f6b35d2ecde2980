import pytest

from healthcheck.remedies import ReluActivation, ScaleLearningRate, StandardizeInputs
from healthcheck.report import Experiment
from healthcheck.rule import Claim, Finding
from healthcheck.verdict import Trial, judge, rule_status, status_of, verdict_of

RELU = ReluActivation(("hidden",))
RATE = ScaleLearningRate(10.0, 0.001, "Adam")
INPUTS = StandardizeInputs()


def experiment(helped, skill_after=0.8):
    return Experiment(
        before=0.7,
        after=0.1,
        skill_before=0.0,
        skill_after=skill_after,
        seeds=[0, 1, 2],
        better_on=3 if helped else 1,
        steps=640,
        helped=helped,
        runs=[],
    )


def symptom(message="ill", remedy=None, claim=Claim.SYMPTOM, layer=None):
    return Finding(message, layer=layer, claim=claim, remedy=remedy)


HELPED, USELESS = experiment(True), experiment(False)


@pytest.mark.parametrize("cannot_fit", [False, True])
@pytest.mark.parametrize("tried", [None, HELPED, USELESS])
def test_a_fact_fails_whatever_was_tried(tried, cannot_fit):
    assert status_of(symptom(claim=Claim.FACT), tried, cannot_fit) == "fail"


@pytest.mark.parametrize("cannot_fit", [False, True])
@pytest.mark.parametrize("tried", [None, HELPED, USELESS])
def test_a_note_is_information_whatever_was_tried(tried, cannot_fit):
    assert status_of(symptom(claim=Claim.NOTE), tried, cannot_fit) == "info"


@pytest.mark.parametrize(
    ("tried", "cannot_fit", "status"),
    [
        (None, False, "warn"),
        (None, True, "fail"),
        (HELPED, False, "fail"),
        (HELPED, True, "fail"),
        (USELESS, False, "info"),
        (USELESS, True, "info"),
    ],
)
def test_a_symptom_fails_when_harm_was_measured(tried, cannot_fit, status):
    assert status_of(symptom(), tried, cannot_fit) == status


@pytest.mark.parametrize("cannot_fit", [False, True])
@pytest.mark.parametrize(("tried", "status"), [(None, "warn"), (HELPED, "warn"), (USELESS, "info")])
def test_advice_never_fails(tried, status, cannot_fit):
    assert status_of(symptom(claim=Claim.ADVICE), tried, cannot_fit) == status


@pytest.mark.parametrize("cannot_fit", [False, True])
@pytest.mark.parametrize(("tried", "status"), [(None, "info"), (HELPED, "warn"), (USELESS, "info")])
def test_a_suspicion_warns_only_when_its_remedy_helped(tried, status, cannot_fit):
    assert status_of(symptom(claim=Claim.SUSPICION), tried, cannot_fit) == status


def judged(*rows, cannot_fit=False, **tried):
    remedies = {"relu": RELU, "rate": RATE, "inputs": INPUTS}
    trials = {remedies[name]: Trial(remedies[name], one) for name, one in tried.items()}
    return judge(rows, trials, cannot_fit)


def order(*rows, **tried):
    return [one.rule for one in judged(*rows, **tried)]


def test_the_gravest_comes_first_and_only_it_is_the_cause():
    found = judged(
        ("note", "data", symptom(claim=Claim.NOTE)),
        ("warning", "data", symptom(claim=Claim.ADVICE)),
        ("failure", "curves", symptom(claim=Claim.FACT)),
    )
    assert [(one.rule, one.status, one.cause) for one in found] == [
        ("failure", "fail", True),
        ("warning", "warn", False),
        ("note", "info", False),
    ]


def test_information_is_nobodys_cause():
    assert [one.cause for one in judged(("note", "data", symptom(claim=Claim.NOTE)))] == [False]


def test_nothing_found_is_nothing_judged():
    assert judged() == []


def test_a_proven_remedy_is_more_of_a_cause_than_a_fact_about_its_consequences():
    fact = ("loss-not-decreasing", "learning", symptom(claim=Claim.FACT))
    proven = ("vanishing-gradients", "gradients", symptom(remedy=RELU))
    assert order(fact, proven, relu=HELPED) == ["vanishing-gradients", "loss-not-decreasing"]


@pytest.mark.parametrize("family", ["run", "data", "architecture"])
def test_a_fact_about_data_or_compile_comes_before_every_proven_remedy(family):
    fact = ("upstream", family, symptom(claim=Claim.FACT))
    proven = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    assert order(proven, fact, rate=HELPED) == ["upstream", "learning-rate-too-low"]


def test_among_remedies_that_help_nearly_as_much_the_earlier_fault_is_the_cause():
    rate = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    relu = ("vanishing-gradients", "gradients", symptom(remedy=RELU))
    assert (
        order(rate, relu, rate=experiment(True, 0.85), relu=experiment(True, 0.8))[0] == "vanishing-gradients"
    )


def test_among_remedies_the_one_that_helps_far_more_is_the_cause():
    rate = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    relu = ("vanishing-gradients", "gradients", symptom(remedy=RELU))
    tried = {"rate": experiment(True, 0.9), "relu": experiment(True, 0.3)}
    assert order(rate, relu, **tried)[0] == "learning-rate-too-low"


def test_without_proof_the_order_of_a_program_decides_and_unknown_families_come_last():
    rows = [(family, family, symptom()) for family in ("mine", "optimization", "activations", "data")]
    assert order(*rows) == ["data", "activations", "optimization", "mine"]


def test_one_cause_may_show_in_several_layers():
    rows = [("vanishing-gradients", "gradients", symptom(remedy=RELU, layer=layer)) for layer in "ab"]
    other = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    found = judged(*rows, other, relu=HELPED, rate=USELESS)
    assert [(one.finding.layer, one.cause) for one in found] == [("a", True), ("b", True), (None, False)]


def test_a_finding_carries_the_experiment_of_its_own_remedy():
    rows = [
        ("a", "data", symptom(remedy=INPUTS)),
        ("b", "data", symptom(remedy=RATE)),
        ("c", "data", symptom()),
    ]
    found = {one.rule: one.experiment for one in judged(*rows, inputs=HELPED)}
    assert found == {"a": HELPED, "b": None, "c": None}


def test_a_remedy_that_could_not_be_tried_leaves_a_warning():
    [found] = judged(("a", "data", symptom(remedy=INPUTS)))
    assert (found.status, found.remedy, found.experiment) == ("warn", INPUTS, None)


def test_a_model_that_cannot_fit_turns_symptoms_into_failures():
    assert [one.status for one in judged(("a", "data", symptom()), cannot_fit=True)] == ["fail"]


def test_the_report_names_the_dose_that_helped():
    stronger = ScaleLearningRate(100.0, 0.001, "Adam")
    [found] = judge([("a", "optimization", symptom(remedy=RATE))], {RATE: Trial(stronger, HELPED)}, False)
    assert (found.remedy, found.experiment, found.status) == (stronger, HELPED, "fail")


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ([], "pass"),
        ([Claim.NOTE], "info"),
        ([Claim.NOTE, Claim.ADVICE], "warn"),
        ([Claim.ADVICE, Claim.FACT, Claim.NOTE], "fail"),
    ],
)
def test_a_rule_has_the_gravest_status_of_its_findings(claims, status):
    assert rule_status(judged(*(("rule", "data", symptom(claim=claim)) for claim in claims))) == status


@pytest.mark.parametrize(
    ("statuses", "fail_on", "verdict"),
    [
        (["pass", "info", "not_applicable", "inconclusive"], "fail", "healthy"),
        (["pass", "info", "not_applicable", "inconclusive"], "warn", "healthy"),
        (["pass", "warn"], "fail", "healthy"),
        (["pass", "warn"], "warn", "unhealthy"),
        (["pass", "fail"], "fail", "unhealthy"),
        (["pass", "fail"], "warn", "unhealthy"),
        (["fail", "inconclusive"], "fail", "unhealthy"),
        (["pass", "fail", "error"], "fail", "not_checked"),
        (["inconclusive", "not_applicable"], "fail", "not_checked"),
        (["inconclusive"], "warn", "not_checked"),
        ([], "fail", "not_checked"),
    ],
)
def test_the_verdict_follows_from_the_statuses(statuses, fail_on, verdict):
    assert verdict_of(statuses, fail_on) == verdict
