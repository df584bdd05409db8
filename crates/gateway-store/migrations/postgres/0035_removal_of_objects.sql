-- The same bytes may come again on another node while an object is being removed: a removal begins when nobody brought them for a
-- while, and who brings them then waits until it has ended.
ALTER TABLE erased_objects ADD COLUMN noted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE erased_objects ADD COLUMN going_since BIGINT;
