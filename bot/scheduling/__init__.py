"""Due times, the dispatcher over them, and the pace of what goes out.

`due` computes when a rule is due, `plan` decides what an edit does to a row that waits, `dispatcher` sends
each slot at most once, `wake` lets APScheduler wake it, `pace` spends a platform's allowance, `needs` holds
the Protocols that storage and the sdk fulfil. Import from the modules; this package loads none of them.
"""
