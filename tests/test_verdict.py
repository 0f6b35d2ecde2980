import pytest

from healthcheck.remedies import Combined, ReluActivation, ScaleLearningRate, StandardizeInputs
from healthcheck.report import Experiment
from healthcheck.rule import Claim, Finding
from healthcheck.verdict import Harm, Trial, explained, judge, rule_status, status_of, verdict_of

RELU = ReluActivation(("hidden",))
RATE = ScaleLearningRate(10.0, 0.001, "Adam")
INPUTS = StandardizeInputs()


def experiment(helped, skill_after=0.8, skill_before=0.0):
    return Experiment(
        before=0.7,
        after=0.1,
        skill_before=skill_before,
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
SOMEWHAT = experiment(True, 0.7, 0.5)
WELL = Harm(cannot_fit=False, no_skill=False)

each_harm = pytest.mark.parametrize("harm", [WELL, Harm(True, False), Harm(False, True), Harm(True, True)])


@each_harm
@pytest.mark.parametrize("claim", [Claim.FACT, Claim.HARM])
@pytest.mark.parametrize("tried", [None, HELPED, USELESS])
def test_a_fact_fails_and_so_does_harm_whatever_was_tried(tried, claim, harm):
    assert status_of(symptom(claim=claim), tried, harm) == "fail"


@each_harm
@pytest.mark.parametrize("tried", [None, HELPED, USELESS])
def test_a_note_is_information_whatever_was_tried(tried, harm):
    assert status_of(symptom(claim=Claim.NOTE), tried, harm) == "info"


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
    assert status_of(symptom(), tried, Harm(cannot_fit, no_skill=False)) == status


@pytest.mark.parametrize("cannot_fit", [False, True])
@pytest.mark.parametrize(("tried", "status"), [(None, "warn"), (SOMEWHAT, "warn"), (USELESS, "info")])
def test_advice_on_a_model_that_learns_never_fails(tried, status, cannot_fit):
    assert status_of(symptom(claim=Claim.ADVICE), tried, Harm(cannot_fit, no_skill=False)) == status


@pytest.mark.parametrize("cannot_fit", [False, True])
@pytest.mark.parametrize(("tried", "status"), [(None, "info"), (SOMEWHAT, "warn"), (USELESS, "info")])
def test_a_suspicion_warns_only_when_its_remedy_helped(tried, status, cannot_fit):
    assert status_of(symptom(claim=Claim.SUSPICION), tried, Harm(cannot_fit, no_skill=False)) == status


@pytest.mark.parametrize(
    ("claim", "tried", "status"),
    [
        (Claim.ADVICE, None, "warn"),
        (Claim.ADVICE, SOMEWHAT, "fail"),
        (Claim.ADVICE, USELESS, "info"),
        (Claim.SUSPICION, None, "info"),
        (Claim.SUSPICION, SOMEWHAT, "fail"),
    ],
)
def test_advice_that_mended_a_training_without_skill_fails(claim, tried, status):
    assert status_of(symptom(claim=claim), tried, Harm(cannot_fit=False, no_skill=True)) == status


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [(0.5, 0.75, "fail"), (0.5, 0.74, "warn"), (0.0, 0.49, "warn"), (float("-inf"), 0.5, "fail")],
)
def test_advice_whose_remedy_changed_everything_fails(before, after, status):
    assert status_of(symptom(claim=Claim.ADVICE), experiment(True, after, before), WELL) == status


def judged(*rows, harm=WELL, **tried):
    remedies = {"relu": RELU, "rate": RATE, "inputs": INPUTS}
    trials = {remedies[name]: Trial(remedies[name], one) for name, one in tried.items()}
    return judge(rows, trials, harm)


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


def test_whatever_explains_harm_is_more_of_a_cause_than_the_harm():
    harm = ("loss-not-decreasing", "learning", symptom(claim=Claim.HARM))
    proven = ("vanishing-gradients", "gradients", symptom(remedy=RELU))
    unproven = ("saturated-activations", "activations", symptom())
    rows = order(harm, unproven, proven, relu=HELPED, harm=Harm(cannot_fit=True, no_skill=True))
    assert rows == ["vanishing-gradients", "saturated-activations", "loss-not-decreasing"]


@pytest.mark.parametrize("family", ["run", "data", "architecture", "gradients"])
def test_a_fault_of_the_program_comes_before_every_proven_remedy(family):
    fact = ("upstream", family, symptom(claim=Claim.FACT))
    proven = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    assert order(proven, fact, rate=HELPED) == ["upstream", "learning-rate-too-low"]


def test_among_remedies_that_help_nearly_as_much_the_earlier_fault_is_the_cause():
    rate = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    relu = ("vanishing-gradients", "gradients", symptom(remedy=RELU))
    assert (
        order(rate, relu, rate=experiment(True, 0.85), relu=experiment(True, 0.8))[0] == "vanishing-gradients"
    )


def test_what_the_training_brought_about_explains_less_than_what_set_it_going():
    rate = ("learning-rate-too-high", "optimization", symptom(remedy=RATE))
    for arose, first in ((True, "learning-rate-too-high"), (False, "dead-units")):
        dead = ("dead-units", "activations", Finding("ill", remedy=RELU, arose=arose))
        assert order(dead, rate, relu=HELPED, rate=HELPED)[0] == first


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
    found = judged(("a", "data", symptom()), harm=Harm(cannot_fit=True, no_skill=True))
    assert [one.status for one in found] == ["fail"]


def consequences(*rows, gone=(), **tried):
    return {one.rule: one.consequence_of for one in explained(judged(*rows, **tried), gone)}


CAUSE = ("vanishing-gradients", "gradients", symptom(remedy=RELU))


def test_what_is_gone_with_the_remedy_of_the_cause_is_its_consequence():
    rows = [CAUSE] + [(name, "learning", symptom(claim=Claim.HARM)) for name in ("gone", "still-there")]
    expected = {"vanishing-gradients": None, "gone": "vanishing-gradients", "still-there": None}
    assert consequences(*rows, gone={"gone"}, relu=HELPED) == expected


@pytest.mark.parametrize(
    ("skill", "explained_by"), [(0.7, "vanishing-gradients"), (0.89, "vanishing-gradients"), (0.95, None)]
)
def test_what_another_remedy_mends_no_better_is_the_same_harm(skill, explained_by):
    rate = ("learning-rate-too-low", "optimization", symptom(remedy=RATE))
    # A fact is the cause whatever was proven; here it has a remedy that was proven as well.
    cause = ("vanishing-gradients", "gradients", symptom(remedy=RELU, claim=Claim.FACT))
    tried = {"relu": experiment(True, 0.8), "rate": experiment(True, skill)}
    assert consequences(cause, rate, **tried)["learning-rate-too-low"] == explained_by


def test_without_a_proof_nothing_is_called_a_consequence():
    cause = ("target-out-of-range", "data", symptom(claim=Claim.FACT))
    harm = ("loss-not-decreasing", "learning", symptom(claim=Claim.HARM))
    assert set(consequences(cause, harm, gone={"loss-not-decreasing"}).values()) == {None}


def test_information_is_not_explained():
    note = ("note", "data", symptom(claim=Claim.NOTE))
    assert consequences(CAUSE, note, gone={"note"}, relu=HELPED)["note"] is None


def test_both_parts_of_a_remedy_that_only_helps_together_stand_on_their_own():
    rows = [("inputs", "data", symptom(remedy=INPUTS)), ("rate", "optimization", symptom(remedy=RATE))]
    both = Trial(Combined((INPUTS, RATE)), experiment(True))
    found = explained(judge(rows, {INPUTS: both, RATE: both}, WELL), set())
    assert [(one.rule, one.status, one.cause, one.consequence_of) for one in found] == [
        ("inputs", "fail", True, None),
        ("rate", "fail", False, None),
    ]


def test_the_report_names_the_dose_that_helped():
    stronger = ScaleLearningRate(100.0, 0.001, "Adam")
    [found] = judge([("a", "optimization", symptom(remedy=RATE))], {RATE: Trial(stronger, HELPED)}, WELL)
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
