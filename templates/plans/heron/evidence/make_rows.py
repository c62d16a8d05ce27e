"""Writes the rows of the Heron family, which is made up so that every evidence kind can be seen at work.

SYNTHETIC: no model was trained, nobody was asked, nothing was measured. The numbers come from a random
generator with the seed below; `python make_rows.py` writes the same bytes again.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

SEED = 20_260_817
FOLDER = Path(__file__).resolve().parent
STAGES = ("small", "medium", "large")
Row = Sequence[object]


def generator(name: str) -> random.Random:
    """Return the generator of one file: files do not depend on each other."""
    return random.Random(f"{SEED}/{name}")  # noqa: S311 - made-up rows, not secrets


def flag(rng: random.Random, probability: float) -> int:
    """Return 1 with a probability, else 0."""
    return int(rng.random() < probability)


def write(name: str, header: Row, rows: Iterable[Row]) -> None:
    """Write one CSV file with unix line ends."""
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def credibility() -> None:
    """Forty raters score texts of people and of each size from 1 to 10."""
    rng = generator("credibility")
    rows = []
    means = {"human": 7.9, "small": 4.6, "medium": 5.3, "large": 5.6}
    for rater in range(1, 41):
        lean = rng.gauss(0, 0.5)
        for source, mean in means.items():
            for text in range(1, 7):
                score = min(10, max(1, round(rng.gauss(mean + lean, 1.6))))
                stage = "" if source == "human" else source
                kind = "human" if source == "human" else "model"
                rows.append((f"{source}-{text}", f"r{rater:02}", stage, kind, score))
    write("credibility", ("item", "rater", "stage", "source", "score"), rows)


def detection(name: str, gap: float, stages: Sequence[str]) -> None:
    """Texts of people and models get a score from a detector; longer texts are easier."""
    rng = generator(name)
    rows = []
    for stage in stages:
        for sampling, ease in (("temperature_1", 0.0), ("top_k_40", 0.8)):
            for number in range(1, 121):
                length = rng.choice((300, 450, 800, 1500, 1900))
                shift = gap - 0.3 * STAGES.index(stage) + ease + length / 2500
                score = 1 / (1 + math.exp(-rng.gauss(shift, 1.0)))
                rows.append(
                    (f"{stage}-{sampling}-{number}", "model", stage, sampling, length, round(score, 4))
                )
    for number in range(1, 241):
        length = rng.choice((300, 450, 800, 1500, 1900))
        score = 1 / (1 + math.exp(-rng.gauss(-1.1 - length / 2500, 1.0)))
        rows.append((f"human-{number}", "human", "", "", length, round(score, 4)))
    write(name, ("sample", "source", "stage", "sampling", "length", "score"), rows)


def bias() -> None:
    """Each prompt is completed once for each group and size; the outcome is a negative description."""
    rng = generator("bias")
    rows = []
    for prompt in range(1, 401):
        difficulty = rng.gauss(0, 0.04)
        for stage in STAGES:
            for group, rate in (("a", 0.20), ("b", 0.21), ("c", 0.22)):
                outcome = flag(rng, min(1.0, max(0.0, rate + difficulty)))
                rows.append((group, f"p{prompt:03}", stage, outcome))
    write("bias", ("group", "prompt", "stage", "outcome"), rows)


def attempts(name: str, rate: float, count: int, categories: Sequence[str]) -> None:
    """Testers try to misuse the largest model."""
    rng = generator(name)
    actors = ("novice", "toolmaker", "group")
    rows = [
        (
            f"{name}-{number:03}",
            "large",
            rng.choice(categories),
            rng.choice(actors),
            f"t{rng.randrange(1, 16):02}",
            flag(rng, rate),
        )
        for number in range(1, count + 1)
    ]
    write(name, ("attempt", "stage", "category", "actor", "tester", "success"), rows)


def monitoring() -> None:
    """Five places are watched for seventeen weeks after the release of the medium model."""
    rng = generator("monitoring")
    days = [f"2026-{month:02}-{day:02}" for month in (4, 5, 6, 7, 8) for day in (6, 13, 20, 27)]
    weeks = [day for day in days if "2026-04-20" <= day <= "2026-08-06"]
    rows = []
    for day in weeks:
        for source in ("board", "chat", "code", "paste", "video"):
            seen = 1 if rng.random() < 0.12 else 0
            rows.append((day, source, "discussion", "medium", seen, 7))
            rows.append((day, source, "incident", "medium", 0, 7))
    write("monitoring", ("date", "source", "kind", "stage", "count", "exposure"), rows)


def preferences() -> None:
    """Twenty raters compare answers of the large and the medium model, without knowing which is which."""
    rng = generator("preferences")
    rows = []
    for item in range(1, 151):
        for rater in rng.sample(range(1, 21), 3):
            lengths = (rng.randrange(80, 260), rng.randrange(80, 240))
            lean = 0.55 + 0.0006 * (lengths[0] - lengths[1])
            draw = rng.random()
            winner = "tie" if draw < 0.1 else "model_a" if rng.random() < lean + 0.08 else "model_b"
            rows.append((f"q{item:03}", f"r{rater:02}", "heron-large", "heron-medium", winner, *lengths))
    write("preferences", ("item", "rater", "model_a", "model_b", "winner", "length_a", "length_b"), rows)


def benchmarks() -> None:
    """Two tests of two hundred items for every size."""
    rng = generator("benchmarks")
    rows = []
    for test, base in (("cloze", 0.45), ("arithmetic", 0.30)):
        for number in range(1, 201):
            ability = rng.gauss(0, 0.12)
            for size, stage in enumerate(STAGES):
                correct = flag(rng, min(0.98, max(0.02, base + 0.13 * size + ability)))
                rows.append((f"{test}-{number:03}", test, stage, correct, 0, 0))
    write("benchmarks", ("item", "benchmark", "stage", "correct", "overlap", "empty"), rows)


def forecasts() -> None:
    """Small runs by one recipe, and the sizes that were released since."""
    rng = generator("forecasts")
    rows = []
    for number, parameters in enumerate((1e6, 2e6, 4e6, 8e6, 15e6, 30e6, 60e6), 1):
        loss = 46.0 * parameters**-0.21 + 1.9 + rng.gauss(0, 0.004)
        rows.append((f"run-{number}", int(parameters), round(loss, 4), "recipe-1"))
    rows.append(("medium", 240_000_000, round(46.0 * 240e6**-0.21 + 1.9 + 0.003, 4), "recipe-1"))
    write("forecasts", ("run", "parameters", "loss", "recipe"), rows)


def reward() -> None:
    """A reward model scores pairs that people have compared; and best-of-n against people's judgement."""
    rng = generator("reward")
    rows = []
    for pair in range(1, 201):
        gap = rng.gauss(0.6, 1.0)
        for rater in rng.sample(range(1, 13), 2):
            winner = "chosen" if rng.random() < 1 / (1 + math.exp(-1.6 * gap)) else "rejected"
            rows.append((f"pair-{pair:03}", f"r{rater:02}", round(gap, 3), 0.0, winner))
    write("reward", ("item", "rater", "chosen", "rejected", "winner"), rows)
    points = [(1, 0.50, 0.50), (4, 0.62, 0.60), (16, 0.70, 0.66), (64, 0.76, 0.65), (256, 0.80, 0.58)]
    write("overoptimisation", ("n", "proxy", "gold"), points)


def critiques() -> None:
    """Raters look for planted flaws with and without the model's critiques."""
    rng = generator("critiques")
    rows = []
    for item in range(1, 61):
        planted = rng.randrange(2, 5)
        for assisted, share in ((1, 0.72), (0, 0.48)):
            for rater in rng.sample(range(1, 13), 2):
                found = sum(flag(rng, share) for _ in range(planted))
                rows.append((f"doc-{item:02}", f"r{rater:02}", assisted, found, found))
    write("critiques", ("item", "rater", "assisted", "flaws", "planted"), rows)


def weak_to_strong() -> None:
    """A weak supervisor, a student taught by it, and the student taught by the truth, on the same items."""
    rng = generator("weak_to_strong")
    rows = []
    for seed in range(1, 6):
        lean = rng.gauss(0, 0.006)
        for item in range(1, 301):
            hard = rng.gauss(0, 0.15)
            chances = (0.62 + lean, 0.76 + lean, 0.88 + lean)
            flags = [flag(rng, min(0.99, max(0.01, chance + hard))) for chance in chances]
            rows.append((f"i{item:03}", seed, *flags))
    write("weak_to_strong", ("item", "seed", "weak", "student", "ceiling"), rows)


def summaries() -> None:
    """Books are summarised part by part; people rate the parts, and some read the whole."""
    rng = generator("summaries")
    rows = []
    for book in range(1, 16):
        quality = rng.gauss(0, 0.5)
        name = f"book-{book:02}"
        for rater in (1, 2, 3):
            score = min(7, max(1, round(rng.gauss(4.9 + quality, 0.9))))
            rows.append((name, "root", "", 2, score, f"w{rater}", 1))
        for part in (1, 2):
            score = min(7, max(1, round(rng.gauss(5.1 + quality, 0.9))))
            rows.append((name, f"part-{part}", "root", 1, score, f"p{part}", 0))
            for leaf in (1, 2, 3):
                score = min(7, max(1, round(rng.gauss(5.2 + quality, 0.9))))
                rows.append((name, f"leaf-{part}{leaf}", f"part-{part}", 0, score, f"p{leaf}", 0))
    write("summaries", ("document", "node", "parent", "height", "rating", "rater", "read_whole"), rows)


def references() -> None:
    """Answers cite the archived notes; people say whether each claim is borne out."""
    rng = generator("references")
    quotes = (
        "herons stand still for a long time before they strike",
        "the colony was counted from a boat in April",
        "young birds leave the nest after about fifty days",
        "no nest was found above nine hundred metres",
    )
    rows = []
    for answer in range(1, 31):
        for claim in range(1, 4):
            quote = rng.choice(quotes) if rng.random() < 0.9 else ""
            supported = "yes" if rng.random() < 0.98 else "partial"
            rows.append(
                (f"a{answer:02}", f"a{answer:02}-{claim}", quote, supported, f"r{rng.randrange(1, 6)}")
            )
    write("references", ("answer", "claim", "quote", "supported", "rater"), rows)


def circuits() -> None:
    """A circuit that is said to carry a behaviour, tried on held-out prompts and against random circuits."""
    rng = generator("circuits")
    rows = []
    for prompt in range(1, 81):
        full = rng.gauss(3.4, 0.4)
        corrupt = rng.gauss(0.2, 0.15)
        circuit = corrupt + 0.88 * (full - corrupt) + rng.gauss(0, 0.12)
        figures = (full, circuit, corrupt, rng.gauss(0.5, 0.2), rng.gauss(1.6, 0.3))
        rows.append(("copying", f"p{prompt:02}", "", 1, *(round(each, 3) for each in figures)))
    for draw in range(1, 61):
        for prompt in range(1, 9):
            full = rng.gauss(3.4, 0.4)
            figures = (
                full,
                rng.gauss(0.9, 0.3),
                rng.gauss(0.2, 0.15),
                rng.gauss(2.8, 0.3),
                rng.gauss(1.6, 0.3),
            )
            rows.append(("copying", f"p{prompt:02}", f"d{draw:02}", 1, *(round(each, 3) for each in figures)))
    header = ("claim", "prompt", "draw", "held_out", "full", "circuit", "corrupt", "ablated", "baseline")
    write("circuits", header, rows)


def selection() -> None:
    """Samples are selected by how much the loss rises without some attention heads."""
    rng = generator("selection")
    rows = []
    influences = [rng.gauss(0.3, 0.15) for _ in range(200)]
    chosen = set(sorted(range(200), key=lambda place: -influences[place])[:60])
    for sample, influence in enumerate(influences):
        source = ("web", "books", "code")[sample % 3]
        for seed in (1, 2):
            for step in (1, 2):
                base = rng.uniform(0.8, 2.2)
                reference = base * (1 + influence + rng.gauss(0, 0.01))
                selected = int(sample in chosen)
                figures = (round(base, 4), round(reference, 4))
                rows.append((f"s{sample:03}", step, seed, source, *figures, selected, 0, "", ""))
    for arm, rate in (("selected", 0.66), ("random", 0.52)):
        rows += [
            (f"{arm}-{item:03}", "", "", "", "", "", "", "", arm, flag(rng, rate)) for item in range(1, 301)
        ]
    header = (
        *("sample", "step", "seed", "source", "loss_base", "loss_reference"),
        *("selected", "overlaps", "arm", "correct"),
    )
    write("selection", header, rows)


def main() -> None:
    """Write every file."""
    credibility()
    detection("detection", 1.6, STAGES)
    detection("detection_fine_tuned", 1.0, ("large",))
    bias()
    attempts("misuse", 0.03, 320, ("deception", "spam", "impersonation"))
    attempts("red_team", 0.04, 240, ("jailbreak", "extraction", "abuse"))
    monitoring()
    preferences()
    benchmarks()
    forecasts()
    reward()
    critiques()
    weak_to_strong()
    summaries()
    references()
    circuits()
    selection()


if __name__ == "__main__":
    main()
