-- Bytes that rest in object storage are not in the database.
ALTER TABLE purchase_documents ALTER COLUMN content DROP NOT NULL;
