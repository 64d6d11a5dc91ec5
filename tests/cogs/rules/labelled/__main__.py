"""Print how much of each half of the labelled lines is found, and how many innocents are troubled."""

from . import all_lines, figures, rule_set

if __name__ == "__main__":
    rules = rule_set()
    for half in ("tuning", "unseen"):
        lines = [each for each in all_lines() if each.tuning == (half == "tuning")]
        found = figures(rules, lines)
        print(
            f"{half} half, {found.lines} lines: recall {found.recall:.3f}, "
            f"false positives {found.false_positives:.2%}"
        )
