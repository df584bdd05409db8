-- Letters: who wants to be told of what, and each letter on its way.

CREATE TABLE mail_subscriptions (
    id         TEXT    NOT NULL PRIMARY KEY,
    company    TEXT    NOT NULL REFERENCES companies (context),
    -- An e-mail address in lower case.
    address    TEXT    NOT NULL,
    -- pl or en.
    language   TEXT    NOT NULL,
    -- Kinds of notices with a comma before, between and behind; empty for all.
    kinds      TEXT    NOT NULL,
    -- now, hourly or daily; the hour in Warsaw for daily ones.
    rhythm     TEXT    NOT NULL,
    hour       INTEGER NOT NULL,
    is_active  INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    -- Everything up to this notice stands in a letter, or was not wanted.
    told_up_to INTEGER NOT NULL,
    -- Not before, by the machine's clock.
    due_at     INTEGER NOT NULL,
    UNIQUE (company, address)
) STRICT;

CREATE TABLE letters (
    position   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- Its Message-ID: the same for every attempt.
    id         TEXT    NOT NULL UNIQUE,
    company    TEXT    NOT NULL REFERENCES companies (context),
    -- digest or test.
    purpose    TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    -- pending, sent or givenUp.
    state      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    written_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    tried_at   INTEGER,
    -- What the mail server said, or why it could not be asked.
    answer     TEXT,
    holder     TEXT,
    held_until INTEGER,
    epoch      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX letters_due ON letters (due_at) WHERE state = 'pending';
CREATE INDEX letters_by_company ON letters (company, position);
