"""The one place where visibility is decided: a judgement becomes what one audience may see of it."""
