"""What all tests share: Hypothesis without deadlines, because the machines that run them are shared."""

from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.load_profile("default")
