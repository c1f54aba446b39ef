"""How the findings are told: a table for people, JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from gelombang.auditor.findings import Finding


def line(finding: Finding) -> str:
    """One finding in a line, and a line more for each offender that is shown."""
    mark = "BAD" if finding.violations else "ok "
    flight = f"{finding.in_flight:,} in flight" if finding.in_flight else ""
    head = (
        f"{mark}  {finding.group:<13} {finding.name:<30} {finding.checked:>12,} checked "
        f"{finding.seconds:>7.1f} s  {flight}"
    ).rstrip()
    if not finding.violations:
        return head
    told = [f"       {offender.name}: {offender.problem}" for offender in finding.offenders]
    hidden = finding.violations - len(finding.offenders)
    more = [f"       and {hidden:,} more"] if hidden else []
    return "\n".join([head, f"     {finding.sentence}", *told, *more])


def total(findings: Sequence[Finding]) -> str:
    """The last line."""
    return (
        f"{len(findings)} invariants, {sum(each.violations for each in findings):,} violations, "
        f"{sum(each.in_flight for each in findings):,} in flight, "
        f"{sum(each.seconds for each in findings):.1f} s"
    )


def as_json(findings: Sequence[Finding], *, taken_at: str) -> str:
    """Everything, for programs; `violations` and `in_flight` are sums over the results."""
    return json.dumps(
        {
            "taken_at": taken_at,
            "invariants": len(findings),
            "violations": sum(each.violations for each in findings),
            "in_flight": sum(each.in_flight for each in findings),
            "results": [asdict(each) for each in findings],
        },
        indent=1,
    )
