"""Run specs of our own for HELM: its client repeats the prompt's last word, so that word is made a guess."""

from __future__ import annotations

from helm.benchmark.adaptation.common_adapter_specs import get_generation_adapter_spec
from helm.benchmark.metrics.common_metric_specs import get_exact_match_metric_specs
from helm.benchmark.run_spec import RunSpec, run_spec_function
from helm.benchmark.scenarios.scenario import ScenarioSpec


@run_spec_function("parity")
def parity() -> RunSpec:
    scenario = "helm.benchmark.scenarios.simple_scenarios.SimpleClassificationScenario"
    return RunSpec(
        name="parity",
        scenario_spec=ScenarioSpec(class_name=scenario),
        adapter_spec=get_generation_adapter_spec(
            instructions="Even or odd?", input_noun="Number", output_noun="Odd"
        ),
        metric_specs=get_exact_match_metric_specs(),
        groups=["parity"],
    )
