-- Documents that were built here, files of watched folders, and what a series is made of.

-- SHA-256 of what a document was built from: built again it has another time of creation, and is the same invoice.
ALTER TABLE sales ADD COLUMN source_sha256 TEXT;

-- Which files of a company's folder a sale came from, and what was laid beside them since: nothing, print, everything.
CREATE TABLE folder_files (
    sale_id  TEXT    NOT NULL REFERENCES sales (id),
    company  TEXT    NOT NULL,
    -- Of the file, without its ending.
    name     TEXT    NOT NULL,
    laid     TEXT    NOT NULL DEFAULT 'nothing',
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (sale_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_files_open ON folder_files (company) WHERE laid <> 'everything';

ALTER TABLE series ADD COLUMN unit  TEXT NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN kind  TEXT NOT NULL DEFAULT '';
-- When numbers begin anew; names as in gateway-rules.
ALTER TABLE series ADD COLUMN reset TEXT NOT NULL DEFAULT 'yearly';
