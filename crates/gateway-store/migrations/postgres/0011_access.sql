-- SQLite's 0006, in PostgreSQL's types.
-- Who may do what: users with their roles and sessions, API keys, and the log of what was done.
-- No secret stands here: passwords and tokens as hashes, second factors sealed under passwords.

CREATE TABLE users (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- In lower case.
    login         TEXT COLLATE "C" NOT NULL UNIQUE,
    name          TEXT COLLATE "C" NOT NULL DEFAULT '',
    -- PHC string.
    password      TEXT COLLATE "C" NOT NULL,
    -- Sealed under the password; pending until a first code was right.
    second_factor BYTEA,
    pending       BYTEA,
    -- The step of the last code that was used.
    code_used     BIGINT,
    is_active     BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    last_login_at BIGINT
);

CREATE TABLE user_roles (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- A company's context, or * for all of them.
    reach   TEXT COLLATE "C" NOT NULL,
    role    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, reach)
);

CREATE TABLE recovery_codes (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash    BYTEA NOT NULL,
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE login_sessions (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash       BYTEA  NOT NULL UNIQUE,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    address    TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX login_sessions_by_user ON login_sessions (user_id);

CREATE TABLE api_keys (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    reach      TEXT COLLATE "C" NOT NULL,
    -- Names, separated by commas.
    scopes     TEXT COLLATE "C" NOT NULL,
    hash       BYTEA  NOT NULL UNIQUE,
    -- Its first characters, so that people know which one it is.
    hint       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    rotated_at BIGINT,
    revoked_at BIGINT,
    used_at    BIGINT,
    used_from  TEXT COLLATE "C"
);

-- Each entry's hash covers the entry and the hash before it.
CREATE TABLE audit_log (
    number  BIGINT NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    who     TEXT COLLATE "C" NOT NULL,
    origin  TEXT COLLATE "C" NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    company TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    result  TEXT COLLATE "C" NOT NULL,
    hash    BYTEA NOT NULL
);
CREATE INDEX audit_log_by_company ON audit_log (company, number);

CREATE FUNCTION audit_log_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is appended to and never changed';
END;
$$;
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_not_changed();
