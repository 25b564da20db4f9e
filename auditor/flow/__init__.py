"""The documented paths as data: what a flow file may say, and the one loader.

The only place that knows pydantic (`validate.py`), and where the flow files are.
"""

from auditor.flow.bounds import Model
from auditor.flow.check import list_files, list_problems
from auditor.flow.facts import MARKS, Facts
from auditor.flow.files import find_flow_file, flow_folders, list_flows, load_flow
from auditor.flow.manual import ManualFlow
from auditor.flow.model import (
    AccountName,
    Alternative,
    Banner,
    ChoiceButton,
    ChoiceWrite,
    Decoy,
    Find,
    Flow,
    FlowFile,
    Guard,
    HelpLink,
    Identity,
    Memberships,
    Obstacle,
    Organisation,
    Panel,
    Setting,
    Sign,
    Site,
    Source,
    Step,
    StepAlternative,
    Target,
    Witness,
    Words,
    Write,
)
from auditor.flow.phrases import Phrases
from auditor.flow.reference import (
    list_manual_flows,
    load_facts,
    load_manual_flow,
    load_note,
    load_phrases,
    load_shipped_facts,
)

__all__ = [
    "MARKS",
    "AccountName",
    "Alternative",
    "Banner",
    "ChoiceButton",
    "ChoiceWrite",
    "Decoy",
    "Facts",
    "Find",
    "Flow",
    "FlowFile",
    "Guard",
    "HelpLink",
    "Identity",
    "ManualFlow",
    "Memberships",
    "Model",
    "Obstacle",
    "Organisation",
    "Panel",
    "Phrases",
    "Setting",
    "Sign",
    "Site",
    "Source",
    "Step",
    "StepAlternative",
    "Target",
    "Witness",
    "Words",
    "Write",
    "find_flow_file",
    "flow_folders",
    "list_files",
    "list_flows",
    "list_manual_flows",
    "list_problems",
    "load_facts",
    "load_flow",
    "load_manual_flow",
    "load_note",
    "load_phrases",
    "load_shipped_facts",
]
