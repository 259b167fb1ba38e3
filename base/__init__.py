"""Ground floor: configuration, database, clock, money, errors, brands, people, settings, calendars, languages."""
