-- What was ticked off before a company works with KSeF. It may not be connected yet, so it need not stand in companies.
CREATE TABLE preparations (
    company     TEXT NOT NULL PRIMARY KEY,
    -- test, demo, prd.
    environment TEXT NOT NULL,
    -- Of firm.
    kind        TEXT NOT NULL,
    -- The items that are done, by their names, apart by commas.
    done        TEXT NOT NULL,
    -- Who said so last, and when.
    actor       TEXT NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
