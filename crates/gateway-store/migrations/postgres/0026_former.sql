-- SQLite's 0018, in PostgreSQL's types: confirmations of KSeF 1.0 that somebody has saved; the invoices stand among the purchases, with numbers of 36 characters.

CREATE TABLE former_upos (
    position    BIGSERIAL NOT NULL PRIMARY KEY,
    company     TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    sha256      TEXT COLLATE "C"    NOT NULL,
    content     BYTEA    NOT NULL,
    is_external BIGINT NOT NULL DEFAULT 0,
    kept_at     BIGINT NOT NULL,
    UNIQUE (company, sha256)
);
CREATE INDEX former_upos_external ON former_upos (sha256) WHERE is_external <> 0;

-- Which invoices a confirmation speaks of, whether they are here or not.
CREATE TABLE former_upo_numbers (
    company        TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    ksef_number    TEXT COLLATE "C"    NOT NULL,
    upo            BIGINT NOT NULL REFERENCES former_upos (position),
    -- The invoice's own hash, if the confirmation tells it.
    invoice_sha256 TEXT COLLATE "C",
    PRIMARY KEY (company, ksef_number, upo)
);
CREATE INDEX former_upo_numbers_by_upo ON former_upo_numbers (upo);
