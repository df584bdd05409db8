-- SQLite's 0003, in PostgreSQL's types.

-- SHA-256 of what a document was built from: built again it has another time of creation, and is the same invoice.
ALTER TABLE sales ADD COLUMN source_sha256 TEXT COLLATE "C";

-- Which files of a company's folder a sale came from, and what was laid beside them since: nothing, print, everything.
CREATE TABLE folder_files (
    sale_id  TEXT COLLATE "C" NOT NULL REFERENCES sales (id),
    company  TEXT COLLATE "C" NOT NULL,
    -- Of the file, without its ending.
    name     TEXT COLLATE "C" NOT NULL,
    laid     TEXT COLLATE "C" NOT NULL DEFAULT 'nothing',
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (sale_id, name)
);
CREATE INDEX folder_files_open ON folder_files (company) WHERE laid <> 'everything';

ALTER TABLE series ADD COLUMN unit  TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN kind  TEXT COLLATE "C" NOT NULL DEFAULT '';
-- When numbers begin anew; names as in gateway-rules.
ALTER TABLE series ADD COLUMN reset TEXT COLLATE "C" NOT NULL DEFAULT 'yearly';
