"""History from other systems: contacts, orders and closed cases of before, read from a file by a mapping.

`mapping` says which column is what, `reading` reads lines, `parsing` makes entries of them or says why not, `crowd`
recognises customers as `cases.customers` does, `batches` decides what is new, `bulk` writes it, `running` does it all.
What is imported has happened: it counts in figures, and starts nothing: no clock, alert, follow-up or message.
"""
