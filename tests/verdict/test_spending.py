"""What pictures cost."""

from imagen_fake import spec
from imagen_fake.pipeline.respond import Delivery
from imagen_fake.verdict.entries import Entry
from imagen_fake.verdict.spending import Item, budget_findings, cost, money, spending
from tests.verdict.making import MODEL, checks, entry

FAST = "imagen-4.0-fast-generate-001"
PRICES = spec.table("prices")
UNKNOWN = Delivery("image-segmentation-001", "segment", 2)


def delivered(*deliveries: Delivery | None) -> list[Entry]:
    return [entry(delivery=one, number=n) for n, one in enumerate(deliveries, 1)]


def pictures(model: str, count: int, task: str = "generate") -> Delivery:
    return Delivery(model, task, count)


def test_pictures_are_added_by_model_and_task() -> None:
    spent = spending(delivered(pictures(MODEL, 4), pictures(FAST, 1), pictures(MODEL, 1)))
    each = {one.item.model: (one.pictures, one.usd) for one in spent.costs}
    prices = {name: PRICES["models"][name]["usd"] for name in (MODEL, FAST)}
    assert each == {MODEL: (5, prices[MODEL]), FAST: (1, prices[FAST])}
    assert spent.usd == round(5 * prices[MODEL] + prices[FAST], 6)
    assert spent.unpriced == 0


def test_errors_and_filtered_pictures_cost_nothing() -> None:
    spent = spending(delivered(None, pictures(MODEL, 0)))
    assert (spent.usd, spent.costs) == (0, ())


def test_the_price_of_a_model_goes_before_that_of_its_task() -> None:
    prices = [cost(Item(model, task)).usd for model, task in (
        ("virtual-try-on-001", "try_on"), ("virtual-try-on-exp-05-31", "try_on"),
        ("image-segmentation-001", "segment"),
    )]  # fmt: skip
    models, tasks = PRICES["models"], PRICES["tasks"]
    assert prices == [models["virtual-try-on-001"]["usd"], tasks["try_on"]["usd"], None]


def test_a_reseller_has_prices_of_its_own() -> None:
    sold = entry(delivery=pictures(MODEL, 2)._replace(usd=0.042), surface="aiml")
    spent = spending([sold, entry(delivery=pictures(MODEL, 1))])
    google = PRICES["models"][MODEL]["usd"]
    assert [(one.pictures, one.usd) for one in spent.costs] == [(2, 0.042), (1, google)]
    rate = spec.surface("aiml").facts["creditsPerDollar"]
    assert str(spent.costs[0].basis) == f"{rate['x-grade']}: {rate['x-source']}"
    assert checks(budget_findings([sold], spending([sold], 0.08))) == [("over-budget", (1,))]


def test_a_price_that_nobody_knows_is_unknown_and_said_to_be() -> None:
    spent = spending(delivered(UNKNOWN, pictures(MODEL, 1)))
    assert (spent.unpriced, spent.usd) == (2, PRICES["models"][MODEL]["usd"])
    assert spent.to_json()["costs"][0] == {
        "model": UNKNOWN.model,
        "task": "segment",
        "pictures": 2,
        "usd": None,
        "basis": None,
        "date": None,
    }


def test_a_cost_says_of_when_its_price_is_and_whose() -> None:
    fact = PRICES["models"][MODEL]
    (one,) = spending(delivered(pictures(MODEL, 1))).costs
    assert one.date == fact["date"]
    assert str(one.basis) == f"{fact['x-grade']}: {fact['x-source']}"


def test_every_price_of_a_model_is_of_a_model_there_is() -> None:
    assert set(PRICES["models"]) <= set(spec.all_model_ids())
    assert set(PRICES["tasks"]) <= {file.stem for file in (spec.ROOT / "tasks").iterdir()}


def test_a_budget_is_exceeded_by_the_calls_that_come_after_it_is_spent() -> None:
    calls = delivered(*[pictures(MODEL, 1)] * 3)
    each = PRICES["models"][MODEL]["usd"]
    assert checks(budget_findings(calls, spending(calls, 2 * each))) == [("over-budget", (3,))]
    assert checks(budget_findings(calls, spending(calls, 0))) == [("over-budget", (1, 2, 3))]
    assert checks(budget_findings(calls, spending(calls, 3 * each))) == []
    assert checks(budget_findings(calls, spending(calls))) == []


def test_many_small_amounts_do_not_drift_over_the_budget() -> None:
    calls = delivered(*[pictures(MODEL, 1)] * 1000)
    total = 1000 * PRICES["models"][MODEL]["usd"]
    assert not list(budget_findings(calls, spending(calls, total)))


def test_money_is_written_to_a_hundredth_of_a_cent() -> None:
    assert [money(one) for one in (0, 0.0015, 2.5, 1234.56)] == [
        "0 USD", "0.0015 USD", "2.5 USD", "1234.56 USD",
    ]  # fmt: skip
