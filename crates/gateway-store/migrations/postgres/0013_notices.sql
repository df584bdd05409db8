-- SQLite's 0008, in PostgreSQL's types: notices in their order, webhooks that they go to, and each delivery.

-- The number of a company's last notice. Its row is held until a notice is committed, so notices are committed in the order
-- of their numbers and no listener passes one by.
ALTER TABLE companies ADD COLUMN notices BIGINT NOT NULL DEFAULT 0;

CREATE TABLE notices (
    company TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    number  BIGINT NOT NULL,
    -- The same for every listener and every attempt.
    id      TEXT COLLATE "C"    NOT NULL UNIQUE,
    kind    TEXT COLLATE "C"    NOT NULL,
    at      BIGINT NOT NULL,
    -- How many things it tells of.
    things  BIGINT NOT NULL,
    -- A JSON object.
    data    TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (company, number)
);
CREATE INDEX notices_by_time ON notices (at);

-- What was told once and is not to be told again, such as a deadline that is near.
CREATE TABLE notice_keys (
    company TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    name    TEXT COLLATE "C"    NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (company, name)
);

CREATE TABLE webhooks (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    name       TEXT COLLATE "C"    NOT NULL,
    url        TEXT COLLATE "C"    NOT NULL,
    -- Kinds of notices with a comma before, between and behind; empty for all.
    kinds      TEXT COLLATE "C"    NOT NULL,
    -- Sealed under a key that is not in this database.
    secret     BYTEA    NOT NULL,
    is_active  BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C"    NOT NULL,
    -- Since when nothing was taken; the end of long failure, by the machine's clock.
    failing_since   BIGINT,
    failures        BIGINT NOT NULL DEFAULT 0,
    switched_off_at BIGINT,
    -- Nothing is sent before.
    rest_until BIGINT NOT NULL DEFAULT 0,
    -- Who is sending, until when, and how often it was claimed.
    holder     TEXT COLLATE "C",
    held_until BIGINT,
    epoch      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX webhooks_by_company ON webhooks (company);

CREATE TABLE webhook_deliveries (
    position   BIGSERIAL NOT NULL PRIMARY KEY,
    webhook    TEXT COLLATE "C"    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    company    TEXT COLLATE "C"    NOT NULL,
    notice     BIGINT NOT NULL,
    -- pending, delivered or givenUp.
    state      TEXT COLLATE "C"    NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0,
    due_at     BIGINT NOT NULL,
    -- Since when it is tried.
    begun_at   BIGINT NOT NULL,
    tried_at   BIGINT,
    took_ms    BIGINT,
    status     BIGINT,
    trouble    TEXT COLLATE "C",
    UNIQUE (webhook, notice)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at) WHERE state = 'pending';
