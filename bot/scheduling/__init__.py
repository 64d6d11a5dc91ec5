"""Due times and the dispatcher over them.

`due` computes when a rule is due, `plan` decides what an edit does to a row that waits, `planning` enters
it, `dispatcher` sends each slot at most once, by a `lane` for each platform, `wake` lets APScheduler wake it,
`needs` holds the Protocols that storage and the sdk fulfil. Import from the modules; this package loads none
of them.

The pace of what goes out is kept by each platform, which knows its own limits and receives answers and
scheduled posts through different doors; a second purse here would count everything twice.
"""
