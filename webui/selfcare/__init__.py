"""The customers' door: where the parcel is in one sentence, one question a page, what happens next and when."""

from webui.selfcare import asking_people, case_pages, entering, help, mail_links, walking
from webui.selfcare.door import blueprint

__all__ = ["asking_people", "blueprint", "case_pages", "entering", "help", "mail_links", "walking"]
