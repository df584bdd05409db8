-- After a restore a series gives no number until somebody says where it goes on: what it gave since the backup is not here.

ALTER TABLE series ADD COLUMN is_held BIGINT NOT NULL DEFAULT 0;
