"""The matching engine of the rules: pure functions over text and plain values, knowing no chat.

`rules.compile_rules` makes a `RuleSet` of a profile's section, `RuleSet.check` says which rules a message
meets and where.
"""
