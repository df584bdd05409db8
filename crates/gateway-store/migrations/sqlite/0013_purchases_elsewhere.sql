-- Bytes that rest in object storage are not in the database.
ALTER TABLE purchase_documents ADD COLUMN is_external INTEGER NOT NULL DEFAULT 0;
