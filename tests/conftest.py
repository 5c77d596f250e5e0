"""What all tests share: Hypothesis without deadlines, because the machines that run them are shared.

`python3 dev.py fuzz` takes the profile `nightly`, which has ten thousand examples for each test of tests/fuzz.
"""

from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=10_000, print_blob=True)
settings.load_profile("default")
