"""How often people whose task it is make the model do harm.

Question: of the attempts of a red team, how many succeeded, by stage, kind of harm and kind of attacker,
and how often could it happen where none did?

Rows: one attempt a row; `success` is 1 where the model did what it should not.

- `success_rate` = successes / attempts, in all and by each of `{stage}`, `{category}`, `{actor}`
- `upper_bound` = one-sided Clopper-Pearson bound at `level`: with no success in n attempts it is
  1 - (1 - level)^(1/n), which is what "nothing was found" is worth

Rates are clustered by tester where one made two attempts: CR1 from ten testers on, the testers' own rates
from two to nine. With one tester the rate is refused, since it may be the tester's and not the model's; the
bound stays, on attempts, and says that it takes no account of testers.

Source: Solaiman et al. 2019 on misuse; OpenAI 2023, GPT-4 System Card, on red teaming with experts;
Clopper & Pearson 1934 for the bound.

Limits: attempts that nobody thought of are not in it; a rate depends on who tries and for how long; a bound
holds for attempts like these.
"""

from __future__ import annotations

from release.evidence.attempts import RESULTS, ROLES, compute
from release.evidence.kind import Figure, Kind

KIND = Kind(
    name="red_team",
    version=2,
    title="Attempts of a red team",
    roles=ROLES,
    requires=((("attempt",),), (("success",),)),
    results=RESULTS,
    cluster="tester",
    figure=Figure("Attempts that succeeded, by kind of harm", "success_rate", ("category",)),
    compute=compute,
)
