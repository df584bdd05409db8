-- Who works on this database, with the last sign of life in milliseconds of the server's clock: nodes behind one address
-- share what KSeF allows the address.
CREATE TABLE nodes (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);
