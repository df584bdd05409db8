-- How long a company keeps its documents, what is held back from erasing, and what was erased.

CREATE TABLE retention (
    company TEXT    NOT NULL PRIMARY KEY REFERENCES companies (context),
    -- Full calendar years after the year of issue.
    years   INTEGER NOT NULL,
    -- Whether anything is erased at all.
    is_on   INTEGER NOT NULL DEFAULT 0,
    -- Grows with every change to this row and to the company's holds: what was decided before is not done any more.
    version INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What must not be erased; all that is set of document, party and days must fit.
CREATE TABLE legal_holds (
    position  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company   TEXT    NOT NULL REFERENCES companies (context),
    document  TEXT,
    party     TEXT,
    from_day  TEXT,
    until_day TEXT,
    reason    TEXT    NOT NULL,
    placed_by TEXT    NOT NULL,
    placed_at INTEGER NOT NULL,
    lifted_by TEXT,
    lifted_at INTEGER
) STRICT;
CREATE INDEX legal_holds_by_company ON legal_holds (company, position);

-- What is left of a document that was erased.
CREATE TABLE erased_documents (
    position       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company        TEXT    NOT NULL REFERENCES companies (context),
    -- sale or purchase.
    direction      TEXT    NOT NULL,
    -- The identifier that it had.
    document       TEXT    NOT NULL,
    -- A sale's number stays used.
    number_key     TEXT,
    invoice_number TEXT    NOT NULL,
    ksef_number    TEXT,
    sha256         TEXT,
    issue_date     TEXT    NOT NULL,
    kept_until     TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    erased_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX erased_documents_by_company ON erased_documents (company, position);
CREATE UNIQUE INDEX erased_documents_by_number_key ON erased_documents (company, number_key) WHERE number_key IS NOT NULL;
CREATE INDEX erased_documents_by_ksef_number ON erased_documents (company, ksef_number) WHERE ksef_number IS NOT NULL;

-- Objects whose documents were erased, until they are removed.
CREATE TABLE erased_objects (
    -- invoice, upo, sessionUpoPage or scan.
    kind   TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (kind, sha256)
) STRICT, WITHOUT ROWID;

-- Who else has the bytes of an object.
CREATE INDEX sale_documents_external ON sale_documents (sha256) WHERE is_external <> 0;
CREATE INDEX purchase_documents_external ON purchase_documents (sha256) WHERE is_external <> 0;
-- Whose UPO stands in another session than the last one: of duplicates.
CREATE INDEX sales_by_other_upo_session ON sales (upo_session) WHERE upo_session <> session;
-- What KSeF has and we have only the number of.
CREATE INDEX purchases_without_document ON purchases (company, position)
    WHERE sha256 IS NULL AND sale_id IS NULL AND ksef_number IS NOT NULL;
