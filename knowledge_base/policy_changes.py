"""What differs between policies: which versions came, changed or went, and clause by clause what in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import rfc8785

from knowledge_base.policy import Clause, PolicyVersion

Change = Literal["added", "altered", "removed"]
ClauseChange = Literal["added", "altered", "removed", "moved"]
Part = Literal["requests", "when", "then", "title", "text"]
Key = tuple[str, date]


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A version of a policy that came, went or reads otherwise."""

    kind: Change
    before: PolicyVersion | None
    after: PolicyVersion | None

    @property
    def version(self) -> PolicyVersion:
        """The version as it is now, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def key(self) -> Key:
        """The policy and the day from which it holds."""
        return self.version.policy, self.version.effective

    @property
    def source(self) -> tuple[str, int]:
        """The file and line of the first clause that differs, else of the version's first."""
        places = {clause.id: clause for clause in (self.after.clauses if self.after else ())}
        changed = (places[one.id] for one in clause_differences(self.before, self.after) if one.id in places)
        clause = next(changed, next(iter(self.version.clauses), None))
        return ("policies", 1) if clause is None else (clause.source, clause.line)


@dataclass(frozen=True, slots=True)
class PartDifference:
    """Lines of a part of a clause that went and came; `lang` of what people read, empty of the rule."""

    part: Part
    lang: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseDifference:
    """A clause that came, went, changed or has another place among the others."""

    kind: ClauseChange
    clause: Clause
    parts: tuple[PartDifference, ...] = ()

    @property
    def id(self) -> str:
        """The clause's id."""
        return self.clause.id


def version_digest(version: PolicyVersion) -> str:
    """SHA-256 over what decides and what people read, in their order; examples and files' names do not count."""
    texts = sorted((lang, key, one.title, one.text) for (lang, key), one in version.translations.items())
    content = {
        "policy": version.policy,
        "effective": version.effective.isoformat(),
        "order": version.order,
        "titles": dict(version.title),
        "clauses": [clause.sha256 for clause in version.clauses],
        "texts": [list(text) for text in texts],
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def version_changes(before: Iterable[PolicyVersion], after: Iterable[PolicyVersion]) -> tuple[VersionChange, ...]:
    """Every version that differs, by policy and day."""
    old, new = by_key(before), by_key(after)
    return tuple(_version_changes(old, new))


def by_key(versions: Iterable[PolicyVersion]) -> dict[Key, PolicyVersion]:
    """Versions by policy and day."""
    return {(version.policy, version.effective): version for version in versions}


def before_it(versions: Iterable[PolicyVersion], version: PolicyVersion) -> PolicyVersion | None:
    """The version that `version` takes over from: the same policy's last one of an earlier day."""
    earlier = [one for one in versions if one.policy == version.policy and one.effective < version.effective]
    return max(earlier, key=lambda one: one.effective, default=None)


def clause_differences(before: PolicyVersion | None, after: PolicyVersion | None) -> tuple[ClauseDifference, ...]:
    """What differs clause by clause, in the order of `after`, what went at the end."""
    old = {clause.id: clause for clause in before.clauses} if before else {}
    new = {clause.id: clause for clause in after.clauses} if after else {}
    moved = _moved([key for key in old if key in new], [key for key in new if key in old])
    found: list[ClauseDifference] = []
    for key, clause in new.items():
        if key not in old:
            found.append(ClauseDifference("added", clause))
        elif parts := tuple(_parts(key, before, after)):
            found.append(ClauseDifference("altered", clause, parts))
        elif key in moved:
            found.append(ClauseDifference("moved", clause))
    return (*found, *(ClauseDifference("removed", clause) for key, clause in old.items() if key not in new))


def rule_lines(clause: Clause) -> Mapping[Part, tuple[str, ...]]:
    """What decides in a clause, part by part: its outcome as one line, such as `refund item.paid_amount`."""
    return {
        "requests": clause.requests,
        "when": tuple(line.text for line in clause.when),
        "then": (f"{clause.then.kind} {clause.then.value}",),
    }


def _version_changes(old: Mapping[Key, PolicyVersion], new: Mapping[Key, PolicyVersion]) -> Iterator[VersionChange]:
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before is None:
            yield VersionChange("added", None, after)
        elif after is None:
            yield VersionChange("removed", before, None)
        elif version_digest(before) != version_digest(after):
            yield VersionChange("altered", before, after)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest clauses whose place changed: those outside the longest run that kept its order."""
    place = {key: index for index, key in enumerate(old)}
    runs: list[list[str]] = [[]]
    for key in new:
        before = [run for run in runs if not run or place[run[-1]] < place[key]]
        runs.append([*max(before, key=len), key])
    longest: list[str] = max(runs, key=len)
    return set(new).difference(longest)


def _parts(key: str, before: PolicyVersion | None, after: PolicyVersion | None) -> Iterator[PartDifference]:
    assert before is not None
    assert after is not None
    old, new = ({clause.id: clause for clause in version.clauses}[key] for version in (before, after))
    for part, lines in rule_lines(old).items():
        if lines != rule_lines(new)[part]:
            yield _difference(part, "", lines, rule_lines(new)[part])
    for lang in sorted({lang for version in (before, after) for lang, one in version.translations if one == key}):
        was, now = before.translations.get((lang, key)), after.translations.get((lang, key))
        for part, of in (("title", _title), ("text", _text)):
            if of(was) != of(now):
                yield _difference(part, lang, of(was), of(now))


def _title(clause: Clause | None) -> tuple[str, ...]:
    return () if clause is None else (clause.title,)


def _text(clause: Clause | None) -> tuple[str, ...]:
    return () if clause is None else tuple(line for line in clause.text.splitlines() if line.strip())


def _difference(part: Part, lang: str, old: tuple[str, ...], new: tuple[str, ...]) -> PartDifference:
    gone, came = (tuple(line for line in one if line not in other) for one, other in ((old, new), (new, old)))
    return PartDifference(part, lang, gone, came) if gone or came else PartDifference(part, lang, old, new)
