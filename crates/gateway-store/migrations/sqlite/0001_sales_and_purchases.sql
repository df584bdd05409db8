-- Companies, sales invoices with their documents and history, online sessions, purchases.
-- Times are milliseconds since 1970 in UTC. Identifiers are texts in the form that ksef-id parses.

CREATE TABLE companies (
    context     TEXT    NOT NULL PRIMARY KEY,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE sales (
    -- The order of arrival, which is also the cursor of lists.
    position          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id                TEXT    NOT NULL UNIQUE,
    company           TEXT    NOT NULL REFERENCES companies (context),
    idempotency_key   TEXT,
    state             TEXT    NOT NULL,
    form              TEXT    NOT NULL,
    invoice_number    TEXT    NOT NULL,
    issue_date        TEXT    NOT NULL,
    buyer_name        TEXT,
    gross             TEXT    NOT NULL,
    currency          TEXT    NOT NULL,
    sha256            TEXT    NOT NULL,
    size_bytes        INTEGER NOT NULL,
    attempts          INTEGER NOT NULL DEFAULT 0,
    -- The session and the reference of the last attempt; the reference is KSeF's word that it took the document.
    session           TEXT,
    invoice_reference TEXT,
    ksef_number       TEXT,
    -- The session whose UPO speaks of the number: another one's when a duplicate was adopted.
    upo_session       TEXT,
    -- Why it stands where it stands: a code of KSeF or of ours, and its words.
    reason_code       TEXT,
    reason            TEXT,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    UNIQUE (company, idempotency_key)
) STRICT;

CREATE INDEX sales_by_company_and_state ON sales (company, state, position);
CREATE INDEX sales_by_session ON sales (session);

-- The bytes themselves, apart from the rows that are listed and changed.
CREATE TABLE sale_documents (
    sale_id TEXT NOT NULL REFERENCES sales (id),
    kind    TEXT NOT NULL CHECK (kind IN ('xml', 'upo')),
    sha256  TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (sale_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_history (
    position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sale_id  TEXT    NOT NULL REFERENCES sales (id),
    at       INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    -- A code; its words are the pages' business.
    event    TEXT    NOT NULL,
    -- What the event is about: a session, a reference, a number.
    detail   TEXT,
    -- Why, when the event has a reason.
    reason_code TEXT,
    reason   TEXT
) STRICT;

CREATE INDEX sale_history_by_sale ON sale_history (sale_id, position);

CREATE TABLE online_sessions (
    reference TEXT    NOT NULL PRIMARY KEY,
    company   TEXT    NOT NULL REFERENCES companies (context),
    opened_at INTEGER NOT NULL,
    -- Set once KSeF says that the session takes nothing more and what it took is written down.
    closed_at INTEGER
) STRICT;

CREATE INDEX online_sessions_unsettled ON online_sessions (company) WHERE closed_at IS NULL;

CREATE TABLE purchases (
    position               INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company                TEXT    NOT NULL REFERENCES companies (context),
    ksef_number            TEXT    NOT NULL,
    invoice_number         TEXT    NOT NULL,
    seller_nip             TEXT    NOT NULL,
    seller_name            TEXT,
    issue_date             TEXT    NOT NULL,
    gross                  TEXT    NOT NULL,
    currency               TEXT    NOT NULL,
    sha256                 TEXT    NOT NULL,
    permanent_storage_date INTEGER NOT NULL,
    received_at            INTEGER NOT NULL,
    content                BLOB    NOT NULL,
    UNIQUE (company, ksef_number)
) STRICT;

-- How far purchases were read: everything stored in KSeF before this moment is here.
CREATE TABLE purchase_cursors (
    company    TEXT    NOT NULL PRIMARY KEY REFERENCES companies (context),
    read_up_to INTEGER NOT NULL
) STRICT;
