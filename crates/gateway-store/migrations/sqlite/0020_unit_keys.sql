-- The unit whose purchases a key sees, and nothing else; one that is gone by now leaves the key nothing to see.
ALTER TABLE api_keys ADD COLUMN unit TEXT;
