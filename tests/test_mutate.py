"""The list of changes that no test sees: how it is made."""

import mutate
import yaml

RESULTS = """
    lib.gru.xǁGRUǁstep__mutmut_1: killed
    lib.gru.xǁGRUǁstep__mutmut_2: survived
    lib.losses.x_mean__mutmut_7: no tests
"""
DIFF = """\
--- lib/gru.py
+++ lib/gru.py
@@ -1,4 +1,4 @@
     def step(self):
-        z = sigmoid(
-            x)
+        z = sigmoid(
+            y)
         return z
"""


def test_outcomes():
    assert list(mutate.outcomes(RESULTS).values()) == ["killed", "survived", "no tests"]
    assert "lib.losses.x_mean__mutmut_7" in mutate.outcomes(RESULTS)


def test_a_change_is_its_lines():
    assert mutate.change(DIFF) == ("z = sigmoid( x)", "z = sigmoid( y)")


def test_survivors_are_judged_by_module_and_lines():
    survivors = [("lib.gru", "a = 1", "a = 2"), ("lib.gru", "b = f(1)", "b = f(2)")]
    judged = [
        {"module": "lib.*", "old": "b = f(*", "new": "*", "why": "it does not matter"},
        {"module": "lib.lstm", "old": "a = 1", "new": "a = 2", "why": "another file"},
    ]
    unjudged, gone = mutate.sort_out(survivors, judged)
    assert unjudged == survivors[:1]
    assert gone == judged[1:]


def test_every_judgement_has_its_reason():
    judged = yaml.safe_load(mutate.JUDGED.read_text("utf-8"))
    assert judged
    for one in judged:
        assert set(one) == {"module", "old", "new", "why"}
        assert all(isinstance(value, str) and value for value in one.values())
