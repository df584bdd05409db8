-- SQLite's 0011, in PostgreSQL's types: letters: who wants to be told of what, and each letter on its way.

CREATE TABLE mail_subscriptions (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- An e-mail address in lower case.
    address    TEXT COLLATE "C"    NOT NULL,
    -- pl or en.
    language   TEXT COLLATE "C"    NOT NULL,
    -- Kinds of notices with a comma before, between and behind; empty for all.
    kinds      TEXT COLLATE "C"    NOT NULL,
    -- now, hourly or daily; the hour in Warsaw for daily ones.
    rhythm     TEXT COLLATE "C"    NOT NULL,
    hour       BIGINT NOT NULL,
    is_active  BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C"    NOT NULL,
    -- Everything up to this notice stands in a letter, or was not wanted.
    told_up_to BIGINT NOT NULL,
    -- Not before, by the machine's clock.
    due_at     BIGINT NOT NULL,
    UNIQUE (company, address)
);

CREATE TABLE letters (
    position   BIGSERIAL NOT NULL PRIMARY KEY,
    -- Its Message-ID: the same for every attempt.
    id         TEXT COLLATE "C"    NOT NULL UNIQUE,
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- digest or test.
    purpose    TEXT COLLATE "C"    NOT NULL,
    recipient  TEXT COLLATE "C"    NOT NULL,
    subject    TEXT COLLATE "C"    NOT NULL,
    text       TEXT COLLATE "C"    NOT NULL,
    -- pending, sent or givenUp.
    state      TEXT COLLATE "C"    NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0,
    written_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    tried_at   BIGINT,
    -- What the mail server said, or why it could not be asked.
    answer     TEXT COLLATE "C",
    holder     TEXT COLLATE "C",
    held_until BIGINT,
    epoch      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX letters_due ON letters (due_at) WHERE state = 'pending';
CREATE INDEX letters_by_company ON letters (company, position);
