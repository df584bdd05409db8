-- Who may do what: users with their roles and sessions, API keys, and the log of what was done.
-- No secret stands here: passwords and tokens as hashes, second factors sealed under passwords.

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    -- In lower case.
    login         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL DEFAULT '',
    -- PHC string.
    password      TEXT    NOT NULL,
    -- Sealed under the password; pending until a first code was right.
    second_factor BLOB,
    pending       BLOB,
    -- The step of the last code that was used.
    code_used     INTEGER,
    is_active     INTEGER NOT NULL DEFAULT 1,
    created_at    INTEGER NOT NULL,
    last_login_at INTEGER
) STRICT;

CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- A company's context, or * for all of them.
    reach   TEXT NOT NULL,
    role    TEXT NOT NULL,
    PRIMARY KEY (user_id, reach)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash    BLOB NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE login_sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    address    TEXT    NOT NULL,
    agent      TEXT    NOT NULL
) STRICT;
CREATE INDEX login_sessions_by_user ON login_sessions (user_id);

CREATE TABLE api_keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    reach      TEXT    NOT NULL,
    -- Names, separated by commas.
    scopes     TEXT    NOT NULL,
    hash       BLOB    NOT NULL UNIQUE,
    -- Its first characters, so that people know which one it is.
    hint       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    rotated_at INTEGER,
    revoked_at INTEGER,
    used_at    INTEGER,
    used_from  TEXT
) STRICT;

-- Each entry's hash covers the entry and the hash before it.
CREATE TABLE audit_log (
    number  INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    origin  TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    company TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    result  TEXT    NOT NULL,
    hash    BLOB    NOT NULL
) STRICT;
CREATE INDEX audit_log_by_company ON audit_log (company, number);

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is appended to and never changed');
END;
CREATE TRIGGER audit_log_is_not_cut BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is appended to and never changed');
END;
