"""The one place where visibility is decided: a judgement becomes what one audience may see of it."""

from release.audience.project import project
from release.audience.view import AudienceView

__all__ = ["AudienceView", "project"]
