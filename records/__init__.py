"""Floor 2: what has happened. Tables, every SQL statement, migrations, the outbox, the audit trail."""
