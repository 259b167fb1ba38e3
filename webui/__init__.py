"""The doors: pages for agents, customers, authors and supervisors, and the HTTP interface.

A door parses, calls one verb of a lower room, and renders. No rule of the business lives here.
"""
