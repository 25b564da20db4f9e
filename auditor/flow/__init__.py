"""The documented paths as data: what a flow file may say, and the one loader.

The only place that knows pydantic, and where the flow files are.
"""

from auditor.flow.files import flow_folders, list_flows, list_problems, load_flow
from auditor.flow.model import (
    Alternative,
    Banner,
    Decoy,
    Find,
    Flow,
    FlowFile,
    Guard,
    HelpLink,
    Identity,
    Model,
    Obstacle,
    Organisation,
    Panel,
    Setting,
    Sign,
    Site,
    Source,
    Step,
    Target,
    Witness,
    Words,
    Write,
)

__all__ = [
    "Alternative",
    "Banner",
    "Decoy",
    "Find",
    "Flow",
    "FlowFile",
    "Guard",
    "HelpLink",
    "Identity",
    "Model",
    "Obstacle",
    "Organisation",
    "Panel",
    "Setting",
    "Sign",
    "Site",
    "Source",
    "Step",
    "Target",
    "Witness",
    "Words",
    "Write",
    "flow_folders",
    "list_flows",
    "list_problems",
    "load_flow",
]
