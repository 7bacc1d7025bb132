"""The audit trail is chained by hashes; entries that are there already are chained as they stand."""

import hashlib
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_NEW = ("salt", "seal", "previous", "digest")
_AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("person_id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("channel", "action", "subject")),
    sa.column("detail", sa.JSON),
    *(sa.column(name, sa.String) for name in _NEW),
)
_KEPT = ("id", "at", "channel", "action", "subject", "seal", "previous", "digest")


def upgrade() -> None:
    """Chain what is there, and let the database refuse every change but forgetting a detail."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (
        ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
        if sqlite
        else ("DROP TRIGGER audit_no_change ON audit",)
    ):
        op.execute(statement)
    with op.batch_alter_table("audit") as batch:
        for name in _NEW:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("audit") as batch:
        for name in _NEW:
            batch.alter_column(name, server_default=None)
    _chain()
    (_guard_sqlite if sqlite else _guard_postgresql)()


def _chain() -> None:
    connection = op.get_bind()
    digest, after = "", 0
    while rows := connection.execute(
        sa.select(_AUDIT).where(_AUDIT.c.id > after).order_by(_AUDIT.c.id).limit(500)
    ).all():
        changes = []
        for row in rows:
            salt = secrets.token_hex(8)
            seal = hashlib.sha256(f"{salt}{_canonical(row.detail)}".encode()).hexdigest()
            content = [_moment(row.at), row.person_id, row.channel, row.action, row.subject, seal, digest]
            previous, digest = digest, hashlib.sha256(_canonical(content).encode()).hexdigest()
            changes.append({"number": row.id, "salt": salt, "seal": seal, "previous": previous, "digest": digest})
        connection.execute(
            sa.update(_AUDIT)
            .where(_AUDIT.c.id == sa.bindparam("number"))
            .values({name: sa.bindparam(name) for name in _NEW}),
            changes,
        )
        after = rows[-1].id
    if digest:
        mark = sa.table("mark", sa.column("name", sa.String), sa.column("value", sa.String))
        connection.execute(sa.insert(mark).values(name="audit_head", value=digest))


def _moment(at: datetime) -> str:
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _guard_sqlite() -> None:
    same = " AND ".join(f"NEW.{name} = OLD.{name}" for name in _KEPT)
    forgets = (
        f"NEW.salt = '' AND NEW.detail = '{{\"forgotten\": true}}' AND NEW.person_id IS OLD.person_id AND {same}"
    )
    refusal = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    op.execute(
        sa.text(
            f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({forgets}) {refusal}".replace(
                ":", "\\:"
            )
        )
    )
    op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {refusal}")


def _guard_postgresql() -> None:
    same = " AND ".join(f"NEW.{name} = OLD.{name}" for name in _KEPT)
    forgets = (
        "NEW.salt = '' AND NEW.detail\\:\\:text = '{\"forgotten\"\\: true}' "
        f"AND NEW.person_id IS NOT DISTINCT FROM OLD.person_id AND {same}"
    )
    op.execute(
        sa.text(
            "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF TG_OP = 'UPDATE' THEN IF {forgets} THEN RETURN NEW; END IF; END IF; "
            "RAISE EXCEPTION 'the audit trail is append-only'; END $$"
        )
    )
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_removal BEFORE DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
