-- Sending with policies, batches, offline modes, leases and series.

-- How a company sends; names as in gateway-rules.
ALTER TABLE companies ADD COLUMN policy        TEXT    NOT NULL DEFAULT 'immediate';
ALTER TABLE companies ADD COLUMN upo_mode      TEXT    NOT NULL DEFAULT 'automatic';
ALTER TABLE companies ADD COLUMN session_age_s INTEGER NOT NULL DEFAULT 7200;
ALTER TABLE companies ADD COLUMN is_sending_on INTEGER NOT NULL DEFAULT 1;

ALTER TABLE sales ADD COLUMN kind         TEXT    NOT NULL DEFAULT 'VAT';
ALTER TABLE sales ADD COLUMN buyer_nip    TEXT;
-- The gross amount in hundredths, to sort and filter by.
ALTER TABLE sales ADD COLUMN gross_minor  INTEGER NOT NULL DEFAULT 0;
-- Seller, kind and number, by which KSeF knows an invoice; nothing once the number is free again.
ALTER TABLE sales ADD COLUMN number_key   TEXT;
ALTER TABLE sales ADD COLUMN policy       TEXT    NOT NULL DEFAULT 'immediate';
-- KSeF takes it by batch only, since it has an attachment.
ALTER TABLE sales ADD COLUMN is_batch_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sales ADD COLUMN is_self_billing INTEGER NOT NULL DEFAULT 0;
-- online, offline24, unavailability, failure or totalFailure.
ALTER TABLE sales ADD COLUMN mode         TEXT    NOT NULL DEFAULT 'online';
ALTER TABLE sales ADD COLUMN offline_at   INTEGER;
-- The last day for sending it, once it is known.
ALTER TABLE sales ADD COLUMN due_on       TEXT;
-- The address in KOD II of its prints, frozen when it was issued offline.
ALTER TABLE sales ADD COLUMN certificate_link TEXT;
-- The sale that it corrects, when that is one of ours and had no number when this one came.
ALTER TABLE sales ADD COLUMN corrects     TEXT;
-- The rejected offline sale whose technical correction it is.
ALTER TABLE sales ADD COLUMN technical_of TEXT;
-- It is not looked at before.
ALTER TABLE sales ADD COLUMN held_until   INTEGER;
-- Which page of the session's UPO speaks of it, when it has no UPO of its own here.
ALTER TABLE sales ADD COLUMN upo_page     INTEGER;
-- What was wrong with it, as JSON, while it is returned.
ALTER TABLE sales ADD COLUMN findings     TEXT;

UPDATE sales SET number_key = kind || '|' || invoice_number
WHERE state NOT IN ('rejected', 'numberCollision')
  AND position = (SELECT min(first.position) FROM sales AS first
                  WHERE first.company = sales.company AND first.invoice_number = sales.invoice_number
                    AND first.state NOT IN ('rejected', 'numberCollision'));
UPDATE sales SET gross_minor = CAST(round(CAST(gross AS REAL) * 100) AS INTEGER);

CREATE UNIQUE INDEX sales_by_number_key ON sales (company, number_key);
CREATE INDEX sales_by_issue_date ON sales (company, issue_date, position);
CREATE INDEX sales_by_number ON sales (company, invoice_number, position);
CREATE INDEX sales_by_gross ON sales (company, gross_minor, position);
CREATE INDEX sales_by_buyer ON sales (company, buyer_name, position);
CREATE INDEX sales_by_position ON sales (company, position);
CREATE INDEX sales_by_ksef_number ON sales (ksef_number) WHERE ksef_number IS NOT NULL;
CREATE INDEX sales_by_hash ON sales (company, sha256);
CREATE INDEX sales_waiting_for_original ON sales (corrects) WHERE corrects IS NOT NULL;

-- Where the bytes are: here, or in the object store under their hash.
ALTER TABLE sale_documents ADD COLUMN is_external INTEGER NOT NULL DEFAULT 0;

-- Who did it (bramka itself, a key, a folder), and what KSeF said, as it came.
ALTER TABLE sale_history ADD COLUMN actor    TEXT NOT NULL DEFAULT 'bramka';
ALTER TABLE sale_history ADD COLUMN evidence TEXT;

ALTER TABLE online_sessions RENAME TO sessions;
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'online' CHECK (kind IN ('online', 'batch'));
DROP INDEX online_sessions_unsettled;
CREATE INDEX sessions_unsettled ON sessions (company) WHERE closed_at IS NULL;

-- Pages of a session's UPO, which speak of many invoices.
CREATE TABLE session_upos (
    session TEXT    NOT NULL,
    page    INTEGER NOT NULL,
    sha256  TEXT    NOT NULL,
    content BLOB    NOT NULL,
    is_external INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (session, page)
) STRICT, WITHOUT ROWID;

-- What there is to do, and who does it until when. `wake` counts how often somebody rang meanwhile.
CREATE TABLE work (
    company     TEXT    NOT NULL REFERENCES companies (context),
    kind        TEXT    NOT NULL,
    due_at      INTEGER NOT NULL,
    wake        INTEGER NOT NULL DEFAULT 0,
    holder      TEXT,
    lease_until INTEGER,
    -- Grows with every claim: whoever comes with an older one has lost the lease.
    epoch       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (company, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_by_time ON work (due_at);

-- Number series: the last number given out in a period.
CREATE TABLE series (
    company  TEXT    NOT NULL REFERENCES companies (context),
    name     TEXT    NOT NULL,
    template TEXT    NOT NULL,
    period   TEXT    NOT NULL DEFAULT '',
    last     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (company, name)
) STRICT, WITHOUT ROWID;
-- Every number that a series gave out, and for which key, so that asking again gives the same.
CREATE TABLE series_numbers (
    company  TEXT    NOT NULL,
    series   TEXT    NOT NULL,
    period   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    text     TEXT    NOT NULL,
    request  TEXT    NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (company, series, period, number),
    UNIQUE (company, request)
) STRICT, WITHOUT ROWID;

-- What Latarnia announced and what our own probes saw: evidence, kept.
CREATE TABLE outages (
    position    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    environment TEXT    NOT NULL,
    reference   TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    captured_at INTEGER NOT NULL,
    evidence    TEXT    NOT NULL,
    UNIQUE (environment, reference)
) STRICT;
