-- What companies are told: notices in their order, webhooks that they go to, and each delivery.

-- The number of a company's last notice. Its row is held until a notice is committed, so notices are committed in the order
-- of their numbers and no listener passes one by.
ALTER TABLE companies ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;

CREATE TABLE notices (
    company TEXT    NOT NULL REFERENCES companies (context),
    number  INTEGER NOT NULL,
    -- The same for every listener and every attempt.
    id      TEXT    NOT NULL UNIQUE,
    kind    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    -- How many things it tells of.
    things  INTEGER NOT NULL,
    -- A JSON object.
    data    TEXT    NOT NULL,
    PRIMARY KEY (company, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_time ON notices (at);

-- What was told once and is not to be told again, such as a deadline that is near.
CREATE TABLE notice_keys (
    company TEXT    NOT NULL REFERENCES companies (context),
    name    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (company, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhooks (
    id         TEXT    NOT NULL PRIMARY KEY,
    company    TEXT    NOT NULL REFERENCES companies (context),
    name       TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    -- Kinds of notices with a comma before, between and behind; empty for all.
    kinds      TEXT    NOT NULL,
    -- Sealed under a key that is not in this database.
    secret     BLOB    NOT NULL,
    is_active  INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    -- Since when nothing was taken; the end of long failure, by the machine's clock.
    failing_since   INTEGER,
    failures        INTEGER NOT NULL DEFAULT 0,
    switched_off_at INTEGER,
    -- Nothing is sent before.
    rest_until INTEGER NOT NULL DEFAULT 0,
    -- Who is sending, until when, and how often it was claimed.
    holder     TEXT,
    held_until INTEGER,
    epoch      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX webhooks_by_company ON webhooks (company);

CREATE TABLE webhook_deliveries (
    position   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    webhook    TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    company    TEXT    NOT NULL,
    notice     INTEGER NOT NULL,
    -- pending, delivered or givenUp.
    state      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_at     INTEGER NOT NULL,
    -- Since when it is tried.
    begun_at   INTEGER NOT NULL,
    tried_at   INTEGER,
    took_ms    INTEGER,
    status     INTEGER,
    trouble    TEXT,
    UNIQUE (webhook, notice)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at) WHERE state = 'pending';
