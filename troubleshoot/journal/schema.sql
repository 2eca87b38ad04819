-- Version 1. Events are only ever added: a trigger refuses to change or delete one.
CREATE TABLE incidents (
    id         TEXT PRIMARY KEY,
    tree       TEXT NOT NULL,
    mode       TEXT NOT NULL,
    parameters TEXT NOT NULL,                       -- JSON object
    started    REAL NOT NULL,                       -- seconds since the epoch
    last       REAL NOT NULL,
    outcome    TEXT NOT NULL DEFAULT 'unfinished',  -- this and the title are for lists; the events decide
    title      TEXT NOT NULL DEFAULT '',
    tip_seq    INTEGER NOT NULL,                    -- the last acknowledged event and its hash
    tip_hash   TEXT NOT NULL
);
CREATE INDEX incidents_by_start ON incidents (started);

CREATE TABLE events (
    incident TEXT NOT NULL REFERENCES incidents (id),
    seq      INTEGER NOT NULL,                      -- 1, 2, 3 ... within the incident
    at       REAL NOT NULL,
    kind     TEXT NOT NULL,
    payload  TEXT NOT NULL,                         -- canonical JSON; large texts are named by their blob
    prev     TEXT NOT NULL,
    hash     TEXT NOT NULL,                         -- SHA-256 over prev, incident, seq and payload
    PRIMARY KEY (incident, seq)
);
CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,                        -- of the text in UTF-8
    data   BLOB NOT NULL                            -- zlib
);

CREATE TABLE incident_trees (
    incident TEXT NOT NULL REFERENCES incidents (id),
    tree     TEXT NOT NULL,
    sha256   TEXT NOT NULL REFERENCES trees (sha256),
    PRIMARY KEY (incident, tree)
);
CREATE TABLE trees (
    sha256 TEXT PRIMARY KEY,
    data   BLOB NOT NULL
);
