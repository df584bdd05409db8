-- Confirmations of KSeF 1.0 that somebody has saved; the invoices stand among the purchases, with numbers of 36 characters.

CREATE TABLE former_upos (
    position    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company     TEXT    NOT NULL REFERENCES companies (context),
    sha256      TEXT    NOT NULL,
    content     BLOB    NOT NULL,
    is_external INTEGER NOT NULL DEFAULT 0,
    kept_at     INTEGER NOT NULL,
    UNIQUE (company, sha256)
) STRICT;
CREATE INDEX former_upos_external ON former_upos (sha256) WHERE is_external <> 0;

-- Which invoices a confirmation speaks of, whether they are here or not.
CREATE TABLE former_upo_numbers (
    company        TEXT    NOT NULL REFERENCES companies (context),
    ksef_number    TEXT    NOT NULL,
    upo            INTEGER NOT NULL REFERENCES former_upos (position),
    -- The invoice's own hash, if the confirmation tells it.
    invoice_sha256 TEXT,
    PRIMARY KEY (company, ksef_number, upo)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_upo_numbers_by_upo ON former_upo_numbers (upo);
