-- Bytes that rest in object storage are not in the database. A column's NOT NULL goes with its table only.
ALTER TABLE purchase_documents RENAME TO purchase_documents_before;
CREATE TABLE purchase_documents (
    purchase   INTEGER NOT NULL REFERENCES purchases (position),
    kind       TEXT    NOT NULL CHECK (kind IN ('xml', 'scan')),
    media_type TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    content    BLOB,
    PRIMARY KEY (purchase, kind)
) STRICT;
INSERT INTO purchase_documents SELECT purchase, kind, media_type, sha256, content FROM purchase_documents_before;
DROP TABLE purchase_documents_before;
