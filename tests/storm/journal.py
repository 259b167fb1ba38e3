"""The database's own journal of who wrote to rows that somebody holds: it needs no word of ours to be believed.

A trigger notes under which name each row was begun (running, sending). Whoever else writes to the row afterwards
without raising its token was frozen, lost the row, and was let in all the same.
"""

from sqlalchemy import text

from base.database import Database

_HOLDERS = "CREATE TABLE storm_holder (of_table text, id bigint, holder text, PRIMARY KEY (of_table, id))"
_STALE = "CREATE TABLE storm_stale (what text)"
_JOURNAL = """
CREATE FUNCTION storm_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  writer text := current_setting('application_name');
  of_whom text;
BEGIN
  IF NEW.token <> OLD.token THEN
    DELETE FROM storm_holder WHERE of_table = TG_TABLE_NAME AND id = NEW.id;
  ELSIF NEW.state IN ('running', 'sending') AND OLD.state IN ('queued', 'pending') THEN
    INSERT INTO storm_holder VALUES (TG_TABLE_NAME, NEW.id, writer)
      ON CONFLICT (of_table, id) DO UPDATE SET holder = writer;
  ELSIF OLD.state IN ('running', 'sending', 'done', 'failed', 'unknown') THEN
    SELECT holder INTO of_whom FROM storm_holder WHERE of_table = TG_TABLE_NAME AND id = NEW.id;
    IF of_whom <> writer THEN
      INSERT INTO storm_stale VALUES (
        TG_TABLE_NAME || ' ' || NEW.id || ': ' || OLD.state || ' to ' || NEW.state || ' by ' || writer || ', held by '
        || of_whom);
    END IF;
  END IF;
  RETURN NULL;
END $$
"""
_WATCH = "CREATE TRIGGER storm_journal AFTER UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION storm_journal()"


def keep(database: Database) -> None:
    """Have PostgreSQL keep the journal from now on."""
    with database.engine.begin() as connection:
        for statement in (_HOLDERS, _STALE, _JOURNAL, _WATCH.format("follow_up"), _WATCH.format("effect")):
            connection.exec_driver_sql(statement)


def stale_writes(database: Database) -> list[str]:
    """What was written by whoever no longer held the row."""
    with database.engine.connect() as connection:
        return list(connection.scalars(text("SELECT what FROM storm_stale")))
