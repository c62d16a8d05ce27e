"""Questions about a judgement: what stands when, what is due, what carries a verdict."""
