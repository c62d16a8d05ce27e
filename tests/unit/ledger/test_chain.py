"""The ledger as bytes: any changed bit, space, order, repetition or gap is found, and named by its line."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base.errors import InvalidInput
from release.ledger.chain import check_chain, read_chain
from release.ledger.deciding import Decision, decide, ledger_state
from release.ledger.entry import FIRST_PREVIOUS, line_bytes, signed_bytes
from release.ledger.verifying import checkpoint_of, parse_checkpoint, verify_chain


def decision(**changes):
    fields = {
        "time": "2026-08-16T12:00:00Z",
        "stage": "large",
        "decision": "go",
        "by": "lead@example.org",
        "reason": "nothing speaks against it",
        "digests": {
            "plan": "sha256:" + "1" * 64,
            "lock": None,
            "packs": "sha256:" + "2" * 64,
            "verdict": "sha256:3",
        },
        "judged": {"verdict": "go", "at": "2026-08-16"},
        "tool": "0.1.0",
    }
    return Decision(**{**fields, **changes})


@pytest.fixture
def ledger(tmp_path):
    for number in range(4):
        decide(tmp_path, "decisions.jsonl", decision(reason=f"reason {number}", stage=f"s{number % 2}"), None)
    return tmp_path / "decisions.jsonl"


def test_every_line_is_canonical_and_bound_to_the_one_before(ledger):
    lines = ledger.read_bytes().splitlines()
    previous = FIRST_PREVIOUS
    for number, line in enumerate(lines):
        entry = json.loads(line)
        assert line == json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert entry["seq"] == number
        assert entry["prev"] == previous
        previous = hashlib.sha256(line).hexdigest()
    chain = read_chain(ledger, "decisions.jsonl")
    assert (len(chain.entries), chain.head, chain.faults) == (4, previous, ())


def test_what_is_signed_is_the_pre_authentication_encoding_without_the_signature(ledger):
    entry = json.loads(ledger.read_bytes().splitlines()[0])
    body = line_bytes(entry)
    expected = b"DSSEv1 14 staged-release %d " % len(body) + body
    assert signed_bytes(entry) == expected
    assert signed_bytes({**entry, "signature": {"type": "ssh", "value": "x"}}) == expected


@given(place=st.integers(min_value=0, max_value=10**6), bit=st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_anywhere_is_found(place, bit):
    content = _content()
    changed = bytearray(content)
    changed[place % len(content)] ^= 1 << bit
    chain = check_chain(bytes(changed))
    # The last line is bound to nothing that follows; a change there that stays canonical needs a signature.
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    assert chain.faults or place % len(content) >= last


def _content():
    lines, previous = [], FIRST_PREVIOUS
    for number in range(3):
        entry = {
            "seq": number,
            "time": "2026-08-16T12:00:00Z",
            "stage": "large",
            "decision": "hold",
            "by": "lead",
            "reason": "because",
            "digests": {"plan": "p", "lock": None, "packs": "k", "verdict": "v"},
            "tool": "0.1.0",
            "prev": previous,
        }
        line = line_bytes(entry)
        previous = hashlib.sha256(line).hexdigest()
        lines.append(line)
    return b"".join(line + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], "line 2 has seq 2"),
        (lambda lines: [lines[0], lines[1], lines[1], lines[2], lines[3]], "line 3 has seq 1"),
        (lambda lines: [lines[1], lines[2], lines[3]], "line 1 has seq 1"),
        (
            lambda lines: [lines[0], lines[1].replace(b"reason 1", b"reason X"), lines[2], lines[3]],
            "line 3 does not follow",
        ),
        (
            lambda lines: [lines[0].replace(b'"by":', b'"by": '), *lines[1:]],
            "line 1 is not in its canonical form",
        ),
        (lambda lines: [lines[0], b"", *lines[1:]], "line 2 is not JSON"),
        (lambda lines: [lines[0].replace(b'"go"', b'"maybe"'), *lines[1:]], "decides 'maybe'"),
        (lambda lines: [lines[0].replace(b'"seq":0', b'"seq":0,"seq":0'), *lines[1:]], "line 1 is not JSON"),
        (lambda lines: [lines[0].replace(b"{", b'{"extra":1,', 1), *lines[1:]], "no decision has"),
    ],
)
def test_tampering_is_found_at_its_line(ledger, change, said):
    lines = change(ledger.read_bytes().splitlines())
    chain = check_chain(b"".join(line + b"\n" for line in lines))
    assert said in chain.faults[0]
    assert verify_chain(chain).faults


def test_a_cut_tail_shows_only_against_a_checkpoint(ledger):
    checkpoint = checkpoint_of(read_chain(ledger, "decisions.jsonl"))
    read = parse_checkpoint(json.dumps(checkpoint).encode(), "checkpoint.json")
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:2]))
    cut = read_chain(ledger, "decisions.jsonl")
    assert verify_chain(cut).faults == ()
    assert "its end was cut off" in verify_chain(cut, checkpoint=read).faults[0]


def test_a_rewritten_ledger_shows_against_a_checkpoint(ledger, tmp_path):
    checkpoint = checkpoint_of(read_chain(ledger, "decisions.jsonl"))
    ledger.unlink()
    for number in range(5):
        decide(tmp_path, "decisions.jsonl", decision(reason=f"other {number}"), None)
    found = verify_chain(read_chain(ledger, "decisions.jsonl"), checkpoint=checkpoint)
    assert "was rewritten" in found.faults[0]


def test_lines_after_a_checkpoint_are_no_fault(ledger, tmp_path):
    checkpoint = checkpoint_of(read_chain(ledger, "decisions.jsonl"))
    decide(tmp_path, "decisions.jsonl", decision(), None)
    assert verify_chain(read_chain(ledger, "decisions.jsonl"), checkpoint=checkpoint).faults == ()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"schema":"release-checkpoint/1","count":true,"head":"x"}']
)
def test_what_is_no_checkpoint_is_refused(content):
    with pytest.raises(InvalidInput) as caught:
        parse_checkpoint(content, "checkpoint.json")
    assert caught.value.errors[0].code == "IN-093"


def test_a_torn_last_line_is_a_fault_and_is_saved_before_the_next_is_written(ledger, tmp_path):
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + b'{"seq":4')
    assert "has no end" in read_chain(ledger, "decisions.jsonl").faults[0]
    made = decide(tmp_path, "decisions.jsonl", decision(), None)
    assert made.saved == "decisions.torn-1"
    assert (tmp_path / "decisions.torn-1").read_bytes() == b'{"seq":4'
    assert ledger.read_bytes().startswith(whole)
    assert read_chain(ledger, "decisions.jsonl").faults == ()


def test_nothing_is_appended_to_a_broken_chain(ledger, tmp_path):
    ledger.write_bytes(ledger.read_bytes().replace(b"reason 0", b"reason X"))
    before = ledger.read_bytes()
    with pytest.raises(InvalidInput) as caught:
        decide(tmp_path, "decisions.jsonl", decision(), None)
    assert caught.value.errors[0].code == "IN-090"
    assert ledger.read_bytes() == before


def test_a_ledger_that_is_a_link_is_refused(ledger, tmp_path):
    other = tmp_path / "elsewhere"
    other.write_bytes(ledger.read_bytes())
    ledger.unlink()
    ledger.symlink_to(other)
    with pytest.raises(InvalidInput):
        read_chain(ledger, "decisions.jsonl")
    with pytest.raises(InvalidInput):
        decide(tmp_path, "decisions.jsonl", decision(), None)


@pytest.mark.parametrize(
    "changes", [{"reason": "  "}, {"by": ""}, {"by": "a\nb"}, {"by": "\udcff"}, {"reason": "\udcff"}]
)
def test_a_decision_without_reason_or_name_is_refused(tmp_path, changes):
    with pytest.raises(InvalidInput) as caught:
        decide(tmp_path, "decisions.jsonl", decision(**changes), None)
    assert caught.value.errors[0].code == "IN-094"
    assert list(tmp_path.iterdir()) == []


def test_the_latest_decision_on_a_stage_counts(tmp_path):
    shown = "decisions.jsonl"
    assert ledger_state(read_chain(tmp_path / shown, shown), "large").decision == ""
    decide(tmp_path, shown, decision(decision="hold", reason="wait"), None)
    decide(tmp_path, shown, decision(decision="go", stage="small"), None)
    state = ledger_state(read_chain(tmp_path / shown, shown), "large")
    assert (state.decision, state.number, state.reason) == ("hold", 1, "wait")
    (tmp_path / shown).write_bytes(b"broken\n")
    assert ledger_state(read_chain(tmp_path / shown, shown), "large").broken


def test_a_go_against_the_verdict_shows_for_ever(tmp_path):
    decide(tmp_path, "decisions.jsonl", decision(judged={"verdict": "hold", "at": "2026-08-16"}), None)
    found = verify_chain(read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl"))
    assert "line 1 decides go against the verdict hold" in found.notices


@pytest.mark.parametrize(
    "changed",
    [
        {"by": "\ud800"},
        {"seq": 10**30},
        {"reason": float("nan"), "tool": float("nan")},
        {"tool": 2**60},
        {"judged": "go"},
        {"judged": {"verdict": ["go"]}},
        {"digests": {}},
        {"signature": json.loads("[" * 300 + "]" * 300)},
    ],
)
def test_a_hostile_line_is_a_fault_and_breaks_nothing(ledger, changed):
    lines = ledger.read_bytes().splitlines(keepends=True)
    line = json.dumps({**json.loads(lines[0]), **changed}, sort_keys=True, separators=(",", ":")).encode()
    for broken in (line, line.replace(b'"tool":', b'"tool":' + b"9" * 5000 + b',"x":')):
        chain = check_chain(b"".join([broken + b"\n", *lines[1:]]))
        found = verify_chain(chain)
        assert found.faults
        assert ledger_state(chain, "s0").broken
