-- The tables of SQLite's files up to 0002, in PostgreSQL's types. Both are held together by the contract tests.
-- Times are milliseconds since 1970 in UTC. Identifiers are texts in the form that ksef-id parses. Texts are compared byte
-- for byte (COLLATE "C"), as SQLite does.

CREATE TABLE companies (
    context     TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    created_at  BIGINT NOT NULL,
    -- How a company sends; names as in gateway-rules.
    policy TEXT COLLATE "C" NOT NULL DEFAULT 'immediate',
    upo_mode TEXT COLLATE "C" NOT NULL DEFAULT 'automatic',
    session_age_s BIGINT NOT NULL DEFAULT 7200,
    is_sending_on BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE sales (
    -- The order of arrival, which is also the cursor of lists.
    position          BIGINT  NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id                TEXT COLLATE "C"    NOT NULL UNIQUE,
    company           TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    idempotency_key   TEXT COLLATE "C",
    state             TEXT COLLATE "C"    NOT NULL,
    form              TEXT COLLATE "C"    NOT NULL,
    invoice_number    TEXT COLLATE "C"    NOT NULL,
    issue_date        TEXT COLLATE "C"    NOT NULL,
    buyer_name        TEXT COLLATE "C",
    gross             TEXT COLLATE "C"    NOT NULL,
    currency          TEXT COLLATE "C"    NOT NULL,
    sha256            TEXT COLLATE "C"    NOT NULL,
    size_bytes        BIGINT NOT NULL,
    attempts          BIGINT NOT NULL DEFAULT 0,
    -- The session and the reference of the last attempt; the reference is KSeF's word that it took the document.
    session           TEXT COLLATE "C",
    invoice_reference TEXT COLLATE "C",
    ksef_number       TEXT COLLATE "C",
    -- The session whose UPO speaks of the number: another one's when a duplicate was adopted.
    upo_session       TEXT COLLATE "C",
    -- Why it stands where it stands: a code of KSeF or of ours, and its words.
    reason_code       TEXT COLLATE "C",
    reason            TEXT COLLATE "C",
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL DEFAULT 'VAT',
    buyer_nip TEXT COLLATE "C",
    -- The gross amount in hundredths, to sort and filter by.
    gross_minor BIGINT NOT NULL DEFAULT 0,
    -- Seller, kind and number, by which KSeF knows an invoice; nothing once the number is free again.
    number_key TEXT COLLATE "C",
    policy TEXT COLLATE "C" NOT NULL DEFAULT 'immediate',
    -- KSeF takes it by batch only, since it has an attachment.
    is_batch_only BIGINT NOT NULL DEFAULT 0,
    is_self_billing BIGINT NOT NULL DEFAULT 0,
    -- online, offline24, unavailability, failure or totalFailure.
    mode TEXT COLLATE "C" NOT NULL DEFAULT 'online',
    offline_at BIGINT,
    -- The last day for sending it, once it is known.
    due_on TEXT COLLATE "C",
    -- The address in KOD II of its prints, frozen when it was issued offline.
    certificate_link TEXT COLLATE "C",
    -- The sale that it corrects, when that is one of ours and had no number when this one came.
    corrects TEXT COLLATE "C",
    -- The rejected offline sale whose technical correction it is.
    technical_of TEXT COLLATE "C",
    -- It is not looked at before.
    held_until BIGINT,
    -- Which page of the session's UPO speaks of it, when it has no UPO of its own here.
    upo_page BIGINT,
    -- What was wrong with it, as JSON, while it is returned.
    findings TEXT COLLATE "C",
    UNIQUE (company, idempotency_key)
);

CREATE TABLE sale_documents (
    sale_id TEXT COLLATE "C" NOT NULL REFERENCES sales (id),
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('xml', 'upo')),
    sha256  TEXT COLLATE "C" NOT NULL,
    content BYTEA NOT NULL,
    -- Where the bytes are: here, or in the object store under their hash.
    is_external BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (sale_id, kind)
);

CREATE TABLE sale_history (
    position BIGINT  NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    sale_id  TEXT COLLATE "C"    NOT NULL REFERENCES sales (id),
    at       BIGINT NOT NULL,
    state    TEXT COLLATE "C"    NOT NULL,
    -- A code; its words are the pages' business.
    event    TEXT COLLATE "C"    NOT NULL,
    -- What the event is about: a session, a reference, a number.
    detail   TEXT COLLATE "C",
    -- Why, when the event has a reason.
    reason_code TEXT COLLATE "C",
    reason   TEXT COLLATE "C",
    -- Who did it (bramka itself, a key, a folder), and what KSeF said, as it came.
    actor TEXT COLLATE "C" NOT NULL DEFAULT 'bramka',
    evidence TEXT COLLATE "C"
);

CREATE TABLE sessions (
    reference TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    company   TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    opened_at BIGINT NOT NULL,
    -- Set once KSeF says that the session takes nothing more and what it took is written down.
    closed_at BIGINT,
    kind TEXT COLLATE "C" NOT NULL DEFAULT 'online' CHECK (kind IN ('online', 'batch'))
);

CREATE TABLE purchases (
    position               BIGINT  NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    company                TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    ksef_number            TEXT COLLATE "C"    NOT NULL,
    invoice_number         TEXT COLLATE "C"    NOT NULL,
    seller_nip             TEXT COLLATE "C"    NOT NULL,
    seller_name            TEXT COLLATE "C",
    issue_date             TEXT COLLATE "C"    NOT NULL,
    gross                  TEXT COLLATE "C"    NOT NULL,
    currency               TEXT COLLATE "C"    NOT NULL,
    sha256                 TEXT COLLATE "C"    NOT NULL,
    permanent_storage_date BIGINT NOT NULL,
    received_at            BIGINT NOT NULL,
    content                BYTEA    NOT NULL,
    UNIQUE (company, ksef_number)
);

CREATE TABLE purchase_cursors (
    company    TEXT COLLATE "C"    NOT NULL PRIMARY KEY REFERENCES companies (context),
    read_up_to BIGINT NOT NULL
);

CREATE TABLE session_upos (
    session TEXT COLLATE "C"    NOT NULL,
    page    BIGINT NOT NULL,
    sha256  TEXT COLLATE "C"    NOT NULL,
    content BYTEA    NOT NULL,
    is_external BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (session, page)
);

CREATE TABLE work (
    company     TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    kind        TEXT COLLATE "C"    NOT NULL,
    due_at      BIGINT NOT NULL,
    wake        BIGINT NOT NULL DEFAULT 0,
    holder      TEXT COLLATE "C",
    lease_until BIGINT,
    -- Grows with every claim: whoever comes with an older one has lost the lease.
    epoch       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (company, kind)
);

CREATE TABLE series (
    company  TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    name     TEXT COLLATE "C"    NOT NULL,
    template TEXT COLLATE "C"    NOT NULL,
    period   TEXT COLLATE "C"    NOT NULL DEFAULT '',
    last     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (company, name)
);

CREATE TABLE series_numbers (
    company  TEXT COLLATE "C"    NOT NULL,
    series   TEXT COLLATE "C"    NOT NULL,
    period   TEXT COLLATE "C"    NOT NULL,
    number   BIGINT NOT NULL,
    text     TEXT COLLATE "C"    NOT NULL,
    request  TEXT COLLATE "C"    NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (company, series, period, number),
    UNIQUE (company, request)
);

CREATE TABLE outages (
    position    BIGINT  NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    environment TEXT COLLATE "C"    NOT NULL,
    reference   TEXT COLLATE "C"    NOT NULL,
    kind        TEXT COLLATE "C"    NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    captured_at BIGINT NOT NULL,
    evidence    TEXT COLLATE "C"    NOT NULL,
    UNIQUE (environment, reference)
);

CREATE INDEX sales_by_company_and_state ON sales (company, state, position);
CREATE INDEX sales_by_session ON sales (session);
CREATE INDEX sale_history_by_sale ON sale_history (sale_id, position);
CREATE UNIQUE INDEX sales_by_number_key ON sales (company, number_key);
CREATE INDEX sales_by_issue_date ON sales (company, issue_date, position);
CREATE INDEX sales_by_number ON sales (company, invoice_number, position);
CREATE INDEX sales_by_gross ON sales (company, gross_minor, position);
CREATE INDEX sales_by_buyer ON sales (company, buyer_name, position);
CREATE INDEX sales_by_position ON sales (company, position);
CREATE INDEX sales_by_ksef_number ON sales (ksef_number) WHERE ksef_number IS NOT NULL;
CREATE INDEX sales_by_hash ON sales (company, sha256);
CREATE INDEX sales_waiting_for_original ON sales (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX sessions_unsettled ON sessions (company) WHERE closed_at IS NULL;
CREATE INDEX work_by_time ON work (due_at);
