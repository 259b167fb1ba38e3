"""The imaginary company that the demo runs on: Maison Ricochet, an online shop, and the two carriers it sends with.

`company` says who it is, `world` what is true of its orders and parcels at each moment, `history` what its customer
service lived through in the six months before, `services` answers over HTTP like the real services would. Nothing
here knows Ariane's tables: the roof loads what it needs from these plain structures, and talks to the services through
connectors like any other company does.
"""
