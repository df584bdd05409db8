-- SQLite's 0020, in PostgreSQL's types: what was ticked off before a company works with KSeF. It may not be connected yet, so it
-- need not stand in companies.
CREATE TABLE preparations (
    company     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- test, demo, prd.
    environment TEXT COLLATE "C" NOT NULL,
    -- Of firm.
    kind        TEXT COLLATE "C" NOT NULL,
    -- The items that are done, by their names, apart by commas.
    done        TEXT COLLATE "C" NOT NULL,
    -- Who said so last, and when.
    actor       TEXT COLLATE "C" NOT NULL,
    changed_at  BIGINT NOT NULL
);
