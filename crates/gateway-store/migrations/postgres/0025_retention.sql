-- SQLite's 0017, in PostgreSQL's types: how long a company keeps its documents, what is held back from erasing, and what was erased.

CREATE TABLE retention (
    company TEXT COLLATE "C"    NOT NULL PRIMARY KEY REFERENCES companies (context),
    -- Full calendar years after the year of issue.
    years   BIGINT NOT NULL,
    -- Whether anything is erased at all.
    is_on   BIGINT NOT NULL DEFAULT 0,
    -- Grows with every change to this row and to the company's holds: what was decided before is not done any more.
    version BIGINT NOT NULL DEFAULT 0
);

-- What must not be erased; all that is set of document, party and days must fit.
CREATE TABLE legal_holds (
    position  BIGSERIAL NOT NULL PRIMARY KEY,
    company   TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    document  TEXT COLLATE "C",
    party     TEXT COLLATE "C",
    from_day  TEXT COLLATE "C",
    until_day TEXT COLLATE "C",
    reason    TEXT COLLATE "C"    NOT NULL,
    placed_by TEXT COLLATE "C"    NOT NULL,
    placed_at BIGINT NOT NULL,
    lifted_by TEXT COLLATE "C",
    lifted_at BIGINT
);
CREATE INDEX legal_holds_by_company ON legal_holds (company, position);

-- What is left of a document that was erased.
CREATE TABLE erased_documents (
    position       BIGSERIAL NOT NULL PRIMARY KEY,
    company        TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- sale or purchase.
    direction      TEXT COLLATE "C"    NOT NULL,
    -- The identifier that it had.
    document       TEXT COLLATE "C"    NOT NULL,
    -- A sale's number stays used.
    number_key     TEXT COLLATE "C",
    invoice_number TEXT COLLATE "C"    NOT NULL,
    ksef_number    TEXT COLLATE "C",
    sha256         TEXT COLLATE "C",
    issue_date     TEXT COLLATE "C"    NOT NULL,
    kept_until     TEXT COLLATE "C"    NOT NULL,
    reason         TEXT COLLATE "C"    NOT NULL,
    erased_at      BIGINT NOT NULL
);
CREATE INDEX erased_documents_by_company ON erased_documents (company, position);
CREATE UNIQUE INDEX erased_documents_by_number_key ON erased_documents (company, number_key) WHERE number_key IS NOT NULL;
CREATE INDEX erased_documents_by_ksef_number ON erased_documents (company, ksef_number) WHERE ksef_number IS NOT NULL;

-- Objects whose documents were erased, until they are removed.
CREATE TABLE erased_objects (
    -- invoice, upo, sessionUpoPage or scan.
    kind   TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, sha256)
);

-- Who else has the bytes of an object.
CREATE INDEX sale_documents_external ON sale_documents (sha256) WHERE is_external <> 0;
CREATE INDEX purchase_documents_external ON purchase_documents (sha256) WHERE is_external <> 0;
-- Whose UPO stands in another session than the last one: of duplicates.
CREATE INDEX sales_by_other_upo_session ON sales (upo_session) WHERE upo_session <> session;
-- What KSeF has and we have only the number of.
CREATE INDEX purchases_without_document ON purchases (company, position)
    WHERE sha256 IS NULL AND sale_id IS NULL AND ksef_number IS NOT NULL;
