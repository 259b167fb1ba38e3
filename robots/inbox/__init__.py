"""The mailbox: customers' mails are read by IMAP and put into the thread of their case."""

from robots.inbox.reading import Inbox, read

__all__ = ["Inbox", "read"]
