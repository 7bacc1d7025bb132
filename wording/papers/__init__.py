"""Papers: files for people, drawn from values: pure functions to bytes, with every word that stands in them.

Their libraries are heavy and rarely needed, so a module of this package is run at its first use; `jobs.press` sees
to it that one thread at a time uses it.
"""

from records.first_use import put_off

put_off(__name__)
