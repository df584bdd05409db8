-- Bytes that rest in object storage are not in the database.
ALTER TABLE purchase_documents ADD COLUMN is_external BIGINT NOT NULL DEFAULT 0;
